"""The workflows' own steps against the lab: an environment's life, as GitHub would run it."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
import yaml
from lightkube.resources.apps_v1 import Deployment as AppsDeployment
from lightkube.resources.core_v1 import Namespace

from lab.world import push
from lab.world.faults import proxied
from lab.world.surroundings import BOT, BOT_EMAIL
from tests.deployment import ROOT, Deployment, deployed
from tests.lab.conftest import EXAMPLE, OVERLAY
from tests.workflows.pull_requests import PullRequest, opened
from tests.workflows.runner import Result, Runner
from tests.world import World, eventually

STACK, REPLICAS = "staging", 4
FROM_WORKFLOW = ("GITHUB_TOKEN", "GITHUB_BOT_TOKEN", "PULUMI_BACKEND_URL")
"""What the lab's environment has and a runner gets from the workflow alone."""


@pytest.fixture(scope="module")
def deployment(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack that is not up yet, in a checkout that has the workflows' scripts."""
    directory = tmp_path_factory.mktemp("checkout")
    for each in (".github", "fluxhook"):
        (directory / each).symlink_to(ROOT / each)
    with deployed(world, STACK, directory) as made:
        with push.connect(world.state) as github:
            push.commit(github, push.full_name(STACK), "The example", push.example(EXAMPLE))
        delivery = {"path": "./kustomize/overlays/dev", "targetNamespace": STACK}
        made.config["applications"] = [
            {"repository": STACK, "kustomization": delivery, "createNamespace": True}
        ]
        # A runner reads the file, which is written by whatever command is next.
        made.pulumi("config")
        yield made


@pytest.fixture
def pull_request(deployment: Deployment) -> PullRequest:
    """A pull request that changes the number of replicas."""
    text = push.example(EXAMPLE)[OVERLAY].replace("count: 2", f"count: {REPLICAS}")
    return opened(deployment.world, STACK, {OVERLAY: text})


@pytest.fixture
def runner(deployment: Deployment, pull_request: PullRequest) -> Iterator[Runner]:
    """A runner for the pull request, whose tokens nobody else has and which are worth nothing after it."""
    world = deployment.world
    given = {each: text for each, text in world.environment.items() if each not in FROM_WORKFLOW}
    owners, bots = (f"gh{'p'}_{uuid.uuid4().hex}" for _ in range(2))
    url = world.environment["GITHUB_API_URL"]
    with httpx2.Client(base_url=url, trust_env=False, timeout=60) as github, proxied(github) as own:
        own.tokens = {owners: world.state.tokens.organisation, bots: world.state.tokens.bot}
        yield Runner(
            deployment.directory,
            {**given, **pull_request.environment, "GITHUB_BASE_URL": f"{own.url}/"},
            {
                "matrix.stack": STACK,
                "vars.PULUMI_BACKEND_URL": world.environment["PULUMI_BACKEND_URL"],
                "secrets.FLUXHOOK_GITHUB_TOKEN": owners,
                "secrets.FLUXHOOK_BOT_TOKEN": bots,
                "github.token": world.state.tokens.organisation,
                "github.event.pull_request.number": str(pull_request.number),
                "github.event.repository.name": STACK,
                "inputs.base": STACK,
            },
        )


def test_a_pull_request_shows_what_it_would_change_until_that_is_up(
    deployment: Deployment, runner: Runner, pull_request: PullRequest
) -> None:
    before = runner.run("preview", "preview")
    assert before.outcomes == {"Preview": "success", "Comment": "success"}
    assert pull_request.comments() == [before.summary]
    assert "+ github:index/repositoryWebhook:RepositoryWebhook: (create)" in before.summary
    up = runner.run("up", STACK)
    assert up.outcomes == {"Up": "success", "Report": "success"}
    assert deployment.world.get(f"/repos/developer-friendly/{STACK}/hooks")
    assert deployment.output("receiverUrls")
    after = runner.run("preview", "preview")
    assert pull_request.comments() == [after.summary]
    assert "(create)" not in after.summary
    (url,) = deployment.output("receiverUrls").values()
    for shown in (before, up, after):
        assert url.rpartition("/")[2] not in shown.output + shown.summary


def test_a_preview_that_fails_says_why_in_the_comment(
    deployment: Deployment, runner: Runner, pull_request: PullRequest
) -> None:
    text = deployment.file.read_text()
    deployment.file.write_text(text.replace("fluxhook:host", "fluxhook:hots"))
    failed = runner.run("preview", "preview")
    deployment.file.write_text(text)
    assert failed.outcomes == {"Preview": "failure", "Comment": "success"}
    (comment,) = pull_request.comments()
    assert "did you mean `host`?" in comment


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
    assert f"\ncreate {name} developer-friendly/{STACK}/deploy-key\n" in drifted.summary
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
    assert f"developer-friendly/{STACK}/webhook: active\n" in drifted.summary
    deployment.up("--refresh")


def test_what_a_webhook_did_not_deliver_is_sent_again(
    deployment: Deployment, runner: Runner
) -> None:
    deployment.up()
    github, hooks = deployment.world.github, f"/repos/developer-friendly/{STACK}/hooks"
    (hook,) = deployment.world.get(hooks)
    path = f"{hooks}/{hook['id']}"
    (token,) = [
        each
        for name, each in deployment.world.parameters(f"/{STACK}").items()
        if name.endswith("/receiver/token")
    ]
    github.patch(f"{path}/config", json={"secret": token[::-1]}).raise_for_status()
    github.post(f"{path}/pings").raise_for_status()

    def refused() -> None:
        assert deployment.world.get(f"{path}/deliveries")[0]["status_code"] == 400

    eventually(refused)
    github.patch(f"{path}/config", json={"secret": token}).raise_for_status()
    again = runner.run("deliveries", "deliveries")
    assert again.outcomes == {"Redeliver": "success", "Report": "success"}, again.output
    assert ": 400, 200\n" in again.summary
    assert ", 0 not delivered\n" in runner.run("deliveries", "deliveries").summary


def test_a_pull_request_s_stack_is_the_base_s_on_its_branch_and_goes_when_it_is_closed(
    deployment: Deployment, runner: Runner, pull_request: PullRequest
) -> None:
    world, token = deployment.world, "a" + "-token"
    # What an environment leaves to its base: it gets no token for it, and must not ask for one.
    deployment.config |= {
        "bot": {"login": BOT, "name": "Bot", "email": BOT_EMAIL},
        "registryToken": token,
    }
    deployment.up()
    name = f"{STACK}-pr-{pull_request.number}"
    hostile = "12;touch${IFS}owned;`touch${IFS}owned`"
    file = deployment.directory / f"Pulumi.{name}.yaml"

    def on(action: str, head: str) -> Result:
        own = {"github.event.action": action, "github.head_ref": head}
        return replace(runner, values={**runner.values, **own}).run("ephemeral", "environment")

    def configured() -> dict[str, object]:
        content: dict[str, object] = yaml.safe_load(file.read_text())["config"]
        return content

    opened = on("opened", hostile)
    assert opened.outcomes == {
        "Configure": "success",
        "Up": "success",
        "Destroy": "skipped",
        "Comment": "success",
    }, opened.output
    config = configured()
    assert config.pop("fluxhook:ephemeral") == {
        "name": f"pr-{pull_request.number}",
        "branch": hostile,
        "repository": pull_request.repository,
    }
    assert config == yaml.safe_load(deployment.file.read_text())["config"]
    made = replace(deployment, stack=name)
    assert made._run("config", "get", "registryToken").stdout.strip() == token

    pushed = on("synchronize", pull_request.branch)
    assert pushed.outcomes["Up"] == "success", pushed.output
    assert configured()["fluxhook:ephemeral"]["branch"] == pull_request.branch, "a text"  # type: ignore[index]

    def delivered() -> None:
        found = world.cluster.get(AppsDeployment, "echo-server", namespace=name)
        assert found.spec
        assert found.spec.replicas == REPLICAS

    eventually(delivered)
    closed = on("closed", pull_request.branch)
    assert closed.outcomes == {
        "Configure": "success",
        "Up": "skipped",
        "Destroy": "success",
        "Comment": "success",
    }, closed.output
    assert pull_request.comments() == [closed.summary]
    assert not file.exists()
    assert not (deployment.directory / "owned").exists()
    assert "no stack named" in made._run("stack").stdout
    assert world.objects(name) == []
    assert not list(world.cluster.list(Namespace, fields={"metadata.name": name}))
