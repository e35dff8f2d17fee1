"""What other hands, other tokens and other kubeconfigs do to a stack that is up."""

import base64
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.types import PatchType

from components.rules.kubernetes import STACK_ANNOTATION
from lab.world.faults import Proxy
from lab.world.kinds import ExternalSecret, GitRepository, Kustomization, Receiver
from tests.deployment import Deployment, deployed
from tests.recovery.conftest import BOT, Troubled
from tests.world import KINDS, World

FLUX = "flux-system"


@pytest.fixture(scope="module")
def running(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack that is up."""
    with deployed(world, "other-hands", tmp_path_factory.mktemp("other-hands")) as made:
        made.up()
        yield made


def test_the_webhook_can_be_replaced(running: Deployment) -> None:
    path = f"/repos/developer-friendly/{running.stack}/hooks"
    (before,) = running.world.get(path)
    exported = json.loads(running.pulumi("stack", "export").output)
    (urn,) = [
        each["urn"]
        for each in exported["deployment"]["resources"]
        if each["type"] == "github:index/repositoryWebhook:RepositoryWebhook"
    ]
    running.up("--replace", urn)
    (after,) = running.world.get(path)
    assert after["id"] != before["id"]
    assert after["config"]["url"] == before["config"]["url"]  # type: ignore[index]
    assert running.up("--expect-no-changes").steps == {}


def test_fields_that_another_manager_edited_are_repaired_by_a_refreshing_up(
    running: Deployment,
) -> None:
    cluster, name = running.world.cluster, running.stack
    edits = [
        (Kustomization, name, "interval", "7h"),
        (ExternalSecret, f"{name}-git", "refreshInterval", "7h"),
    ]
    before = {}
    for kind, each, field, value in edits:
        before[each] = cluster.get(kind, each, namespace=FLUX)["spec"][field]
        cluster.patch(
            kind,
            each,
            {"spec": {field: value}},
            namespace=FLUX,
            patch_type=PatchType.MERGE,
            field_manager="kubectl-edit",
        )
    run = running.up("--refresh", "--diff")
    assert {step.partition(" ")[0] for step in run.steps} == {"Kustomization", "ExternalSecret"}
    assert '=> "7h"' in run.output
    assert "metadata.managedFields (hidden)" in run.output
    assert "f:status" not in run.output, "what the cluster writes is not shown"
    for kind, each, field, _ in edits:
        assert cluster.get(kind, each, namespace=FLUX)["spec"][field] == before[each]
    assert running.up("--refresh", "--expect-no-changes").steps == {}


def test_another_description_of_the_same_cluster_replaces_nothing(running: Deployment) -> None:
    config = yaml.safe_load(running.world.directory.kubeconfig.read_text())
    (cluster,) = [each["cluster"] for each in config["clusters"]]
    authority = cluster.pop("certificate-authority", None)
    if authority:
        content = (running.world.directory.kubeconfig.parent / authority).read_bytes()
        cluster["certificate-authority-data"] = base64.b64encode(content).decode()
    cluster["server"] = cluster["server"].replace("127.0.0.1", "localhost")
    file = running.directory / "another-kubeconfig"
    file.write_text(yaml.safe_dump(config))
    running.environment["KUBECONFIG"] = str(file)
    assert set(running.up().steps.values()) <= {"update"}
    assert running.up("--expect-no-changes").steps == {}
    del running.environment["KUBECONFIG"]
    assert set(running.up().steps.values()) <= {"update"}


def test_a_second_stack_is_refused_what_the_first_one_has(
    running: Deployment, world: World, tmp_path: Path
) -> None:
    before = world.parameters(f"/{running.stack}")
    with deployed(world, "second-stack", tmp_path) as second:
        second.config["parameterPrefix"] = running.config["parameterPrefix"]
        second.config["applications"] = [{"repository": running.stack}]
        refused = second.operate("up", check=False)
        assert refused.exit_code != 0
        for kind in ("GitRepository", "Kustomization", "Receiver", "HTTPRoute", "ExternalSecret"):
            assert f"{kind} {FLUX}/{running.stack}" in refused.output
        assert "(fluxhook/stack: organization/fluxhook/other-hands)" in refused.output
        assert "nothing was written" in refused.output
        assert len(world.get(f"/repos/developer-friendly/{running.stack}/keys")) == 1

        # In another cluster there would be none of these objects: other names stand for it.
        second.config["applications"] = [{"repository": running.stack, "name": "second"}]
        refused = second.operate("up", check=False)
        assert refused.exit_code != 0
        taken = next(name for name in before if name.endswith("/deploy-key"))
        assert f"the SSM parameter {taken} exists and is not of the stack" in refused.output
        assert "`parameterPrefix`" in refused.output
        assert len(world.get(f"/repos/developer-friendly/{running.stack}/keys")) == 1
        assert world.parameters(f"/{running.stack}") == before
    assert world.parameters(f"/{running.stack}") == before
    assert len(world.get(f"/repos/developer-friendly/{running.stack}/keys")) == 1
    assert running.up("--refresh", "--expect-no-changes").steps == {}


def test_each_verb_uses_todays_tokens_and_the_state_has_none(troubled: Troubled) -> None:
    stack, tokens = troubled.stack, troubled.stack.world.state.tokens
    stack.config["bot"] = BOT
    keys = len(stack.world.bot.get("/user/gpg_keys").json())

    def use(proxy: Proxy, day: str) -> list[str]:
        """Give both accounts another token; what they had before is worth nothing any more."""
        owners, bots = f"gh{'p'}_owner-{day}", f"gh{'p'}_bot-{day}"
        proxy.tokens = {owners: tokens.organisation, bots: tokens.bot}
        stack.environment |= {"GITHUB_TOKEN": owners, "GITHUB_BOT_TOKEN": bots}
        return [owners, bots]

    old = use(troubled.github, "yesterday")
    stack.up()
    new = use(troubled.github, "today")
    assert stack.preview("--refresh", "--expect-no-changes").steps == {}
    stack.operate("refresh", "--expect-no-changes")
    assert stack.up("--refresh", "--expect-no-changes").steps == {}
    shown = stack.pulumi("stack", "export", "--show-secrets").output
    assert "ssh-ed25519" in shown
    assert [token for token in old + new if token in shown] == []
    use(troubled.github, "tomorrow")
    troubled.leave_nothing()
    assert len(stack.world.bot.get("/user/gpg_keys").json()) == keys


def test_a_stack_whose_state_was_lost_converges(running: Deployment) -> None:
    before = running.world.parameters(f"/{running.stack}")
    running.pulumi("stack", "rm", "--yes", "--force", "--preserve-config")
    running.pulumi("stack", "init", "--secrets-provider", running.world.secrets_provider)
    running.up()
    after = running.world.parameters(f"/{running.stack}")
    assert after.keys() == before.keys()
    assert set(after.values()).isdisjoint(before.values()), "made anew"
    assert running.up("--expect-no-changes").steps == {}


def test_a_renamed_stack_is_refused_its_objects_until_they_have_its_name(
    running: Deployment,
) -> None:
    cluster, before, name = running.world.cluster, running.stack, f"renamed-{uuid.uuid4().hex[:8]}"
    running.pulumi("stack", "rename", name)
    running.stack = name
    refused = running.operate("up", check=False)
    assert refused.exit_code != 0
    assert f"annotate it with fluxhook/stack=organization/fluxhook/{name}" in refused.output
    assert "nothing was written" in refused.output
    for kind in KINDS:
        for each in cluster.list(kind, namespace=FLUX):
            found = each.metadata.annotations or {}
            if found.get(STACK_ANNOTATION) == f"organization/fluxhook/{before}":
                now = {STACK_ANNOTATION: f"organization/fluxhook/{name}"}
                cluster.patch(
                    kind,
                    each.metadata.name,
                    {"metadata": {"annotations": now}},
                    namespace=FLUX,
                    patch_type=PatchType.MERGE,
                    field_manager="kubectl-annotate",
                )
    steps = running.up().steps
    # Whoever stored a parameter is in its description, and with each version of it comes a new Secret.
    renewed = {step.partition(" ")[0] for step, op in steps.items() if op != "update"}
    assert renewed == {"ExternalSecret"}
    assert running.up("--refresh", "--expect-no-changes").steps == {}


def test_an_entry_follows_its_renamed_repository_and_keeps_its_objects(
    world: World, tmp_path: Path
) -> None:
    with deployed(world, "before-renaming", tmp_path) as stack:
        name, former = "renamed", "before-renaming"
        world.make_repository(name)
        stack.config["applications"] = [{"repository": former, "name": "follows"}]
        stack.up()
        before = uids(world, "follows")
        assert len(before) == 3

        # Without a word, the new entry would take over what the old one then deletes.
        stack.config["applications"] = [{"repository": name, "name": "follows"}]
        run = stack.operate("up", check=False)
        assert run.exit_code != 0
        assert "nothing was written" in run.output
        assert f"fluxhook/component: developer-friendly/{former}" in run.output
        assert "`formerly`" in run.output
        assert world.get(f"/repos/developer-friendly/{name}/keys") == []

        stack.config["applications"][0]["formerly"] = former  # type: ignore[index]
        steps = stack.up().steps
        assert not {step for step, op in steps.items() if op == "delete"}
        assert uids(world, "follows") == before, "the same objects as before"
        for kind in ("keys", "hooks"):
            assert world.get(f"/repos/developer-friendly/{former}/{kind}") == []
            assert len(world.get(f"/repos/developer-friendly/{name}/{kind}")) == 1
        assert stack.up("--expect-no-changes").steps == {}
        del stack.config["applications"][0]["formerly"]  # type: ignore[index]
        assert stack.up("--expect-no-changes").steps == {}


def uids(world: World, name: str) -> set[str]:
    """The identities of an application's source, delivery and Receiver."""
    kinds: tuple[Any, ...] = (GitRepository, Kustomization, Receiver)
    return {str(world.cluster.get(kind, name, namespace=FLUX).metadata.uid) for kind in kinds}
