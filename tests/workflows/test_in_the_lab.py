"""The workflows' own steps against the lab: an environment's life, as GitHub would run it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from tests.deployment import ROOT, Deployment, deployed
from tests.workflows.conftest import Comments
from tests.workflows.runner import Result, Runner
from tests.world import World

STACK = "staging"
FROM_WORKFLOW = ("GITHUB_TOKEN", "GITHUB_BOT_TOKEN", "PULUMI_BACKEND_URL")
"""What the lab's environment has and a runner gets from the workflow alone."""


@pytest.fixture(scope="module")
def deployment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack that is not up yet, in a checkout that has the workflows' scripts."""
    directory = tmp_path_factory.mktemp("checkout")
    (directory / ".github").symlink_to(ROOT / ".github")
    with deployed(world, STACK, directory) as made:
        yield made


@pytest.fixture
def runner(deployment: Deployment, comments: Comments) -> Runner:
    """A runner for pull request 7 of the repository."""
    world = deployment.world
    given = {each: text for each, text in world.environment.items() if each not in FROM_WORKFLOW}
    return Runner(
        deployment.directory,
        {
            **given,
            "GITHUB_API_URL": comments.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": f"developer-friendly/{STACK}",
            "GITHUB_RUN_ID": "1",
        },
        {
            "matrix.stack": STACK,
            "vars.PULUMI_BACKEND_URL": world.environment["PULUMI_BACKEND_URL"],
            "secrets.FLUXHOOK_GITHUB_TOKEN": world.state.tokens.organisation,
            "secrets.FLUXHOOK_BOT_TOKEN": world.state.tokens.bot,
            "github.token": "t",
            "github.event.pull_request.number": "7",
            "github.event.repository.name": STACK,
            "inputs.base": STACK,
        },
    )


def test_a_pull_request_shows_what_it_would_change_until_that_is_up(
    deployment: Deployment, runner: Runner, comments: Comments
) -> None:
    before = runner.run("preview", "preview")
    assert before.outcomes == {"Preview": "success", "Comment": "success"}
    assert comments.bodies() == [before.summary]
    assert "+ github:index/repositoryWebhook:RepositoryWebhook: (create)" in before.summary
    up = runner.run("up", STACK)
    assert up.outcomes == {"Up": "success", "Report": "success"}
    assert deployment.world.get(f"/repos/developer-friendly/{STACK}/hooks")
    assert deployment.output("receiverUrls")
    after = runner.run("preview", "preview")
    assert comments.bodies() == [after.summary]
    assert "(create)" not in after.summary
    (url,) = deployment.output("receiverUrls").values()
    for shown in (before, up, after):
        assert url.rpartition("/")[2] not in shown.output + shown.summary


def test_a_preview_that_fails_says_why_in_the_comment(
    deployment: Deployment, runner: Runner, comments: Comments
) -> None:
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace("fluxhook:host", "fluxhook:hots"))
    failed = runner.run("preview", "preview")
    deployment.file.write_text(text)
    assert failed.outcomes == {"Preview": "failure", "Comment": "success"}
    (comment,) = comments.bodies()
    assert "did you mean `host`?" in str(comment)


def test_what_was_removed_by_hand_is_drift_until_it_is_there_again(
    deployment: Deployment, runner: Runner
) -> None:
    deployment.up()
    assert runner.run("drift", "drift").outcomes == {"Drift": "success", "Report": "success"}
    keys = f"/repos/developer-friendly/{STACK}/keys"
    (key,) = deployment.world.get(keys)
    deployment.world.github.delete(f"{keys}/{key['id']}").raise_for_status()
    drifted = runner.run("drift", "drift")
    assert drifted.outcomes == {"Drift": "failure", "Report": "success"}
    name = "github:index/repositoryDeployKey:RepositoryDeployKey"
    assert f"\ncreate {name} developer-friendly/{STACK}-deploy-key\n" in drifted.summary
    deployment.up("--refresh")
    assert "\nno difference\n" in runner.run("drift", "drift").summary


def test_what_was_changed_by_hand_is_drift(deployment: Deployment, runner: Runner) -> None:
    deployment.up()
    hooks = f"/repos/developer-friendly/{STACK}/hooks"
    (hook,) = deployment.world.get(hooks)
    changed = deployment.world.github.patch(f"{hooks}/{hook['id']}", json={"active": False})
    changed.raise_for_status()
    drifted = runner.run("drift", "drift")
    assert drifted.outcomes == {"Drift": "failure", "Report": "success"}
    assert f"developer-friendly/{STACK}-webhook: active\n" in drifted.summary
    deployment.up("--refresh")


def test_a_pull_request_s_stack_is_the_base_s_on_its_branch_and_goes_when_it_is_closed(
    deployment: Deployment, runner: Runner, comments: Comments
) -> None:
    deployment.config["registryToken"] = token = "a" + "-token"
    deployment.up()
    name, branch = f"{STACK}-pr-7", "12;touch${IFS}owned;`touch${IFS}owned`"
    file = deployment.directory / f"Pulumi.{name}.yaml"

    def on(action: str, head: str = branch) -> Result:
        own = {"github.event.action": action, "github.head_ref": head}
        return replace(runner, values={**runner.values, **own}).run("ephemeral", "environment")

    def configured() -> dict[str, object]:
        content: dict[str, object] = yaml.safe_load(file.read_text())["config"]
        return content

    opened = on("opened")
    assert opened.outcomes["Configure"] == "success", opened.output
    assert opened.outcomes["Destroy"] == "skipped"
    config = configured()
    assert config.pop("fluxhook:ephemeral") == {
        "name": "pr-7",
        "branch": branch,
        "repository": f"developer-friendly/{STACK}",
    }
    assert config == yaml.safe_load(deployment.file.read_text())["config"]
    made = replace(deployment, stack=name)
    assert made._run("config", "get", "registryToken").stdout.strip() == token
    on("synchronize", "2026")
    assert configured()["fluxhook:ephemeral"]["branch"] == "2026", "a text"  # type: ignore[index]
    closed = on("closed")
    assert closed.outcomes == {
        "Configure": "success",
        "Up": "skipped",
        "Destroy": "success",
        "Comment": "success",
    }, closed.output
    assert comments.bodies() == [closed.summary]
    assert not file.exists()
    assert not (deployment.directory / "owned").exists()
    assert "no stack named" in made._run("stack").stdout
