"""Repositories that take no deploy key: Flux clones, reports and commits as a GitHub App."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.resources.core_v1 import Secret

from lab.world import push
from lab.world.kinds import GitRepository
from tests.lab.conftest import NAMESPACE, OVERLAY, Application, delivered, run_in
from tests.lab.credentials.github_app import await_status, github_app
from tests.lab.images.automated import automated, message, verification
from tests.world import World


def entry(application: Application) -> dict[str, object]:
    """The application's own configuration."""
    return application.stack.config["applications"][0]  # type: ignore[index,no-any-return]


@pytest.fixture(scope="module")
def application(world: World) -> Iterator[Application]:
    """An application that was delivered with a deploy key, and is by the App since."""
    with delivered(world, "as-app") as made:
        made.stack.config |= github_app(world)
        entry(made).update(credentials="github-app", commitStatus=True)
        made.stack.up()
        yield made


def test_the_deploy_key_is_gone_and_a_push_reaches_the_deployment(application: Application) -> None:
    world, name = application.world, application.name
    assert world.get(f"/repos/{application.repository}/keys") == []
    assert application.stack.output("deployKeys") == {}
    spec = world.cluster.get(GitRepository, name, namespace=NAMESPACE)["spec"]
    assert spec["url"] == f"https://github.com/{application.repository}"
    sha = application.push(3)
    application.await_applied(sha)
    assert application.replicas() == 3
    assert application.deliveries()[0]["status_code"] == 200
    held = world.cluster.get(Secret, f"{name}-github-app", namespace=NAMESPACE)
    assert set(held.data or {}) == {
        "githubAppID",
        "githubAppInstallationID",
        "githubAppPrivateKey",
    }
    (stored,) = world.parameters(f"/{name}/github-app").values()
    # `pulumi config set` drops the last newline, which PEM does without.
    assert stored == world.directory.github_app_key.read_text().rstrip()
    assert application.stack.up("--expect-no-changes").steps == {}


def test_the_demo_finds_what_is_cloned_as_the_app(application: Application) -> None:
    printed = run_in(application.world.directory.path, "lab", "demo", application.name)
    assert "pushed and applied in" in printed


def test_the_app_says_on_a_commit_whether_it_is_applied(application: Application) -> None:
    good = await_status(application, application.push(4), "success")
    assert good["context"].startswith(f"kustomization/{application.name}/")
    with push.connect(application.world.state) as github:
        broken = {OVERLAY: "resources: [missing.yaml]\n"}
        sha = push.commit(github, application.repository, "Break it", broken)
    bad = await_status(application, sha, "failure")
    assert bad["context"] == good["context"]
    await_status(application, application.push(2), "success")


def test_the_app_pushes_what_the_bot_commits(world: World, tmp_path: Path) -> None:
    with automated(world, "app-pushes", tmp_path, **github_app(world)) as application:
        entry(application)["credentials"] = "github-app"
        application.stack.up()
        assert world.get(f"/repos/{application.repository}/keys") == []
        commit = application.release("20")
        assert message(commit).endswith("1 -> 20\n")
        assert verification(commit)["reason"] == "valid"
