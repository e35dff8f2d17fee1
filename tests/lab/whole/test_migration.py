"""From what OpenTofu made to a stack: `fluxhook migrate`, `pulumi import`, and an `up` without a surprise."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.deployment import Deployment, deployed
from tests.unit.cli import tofu
from tests.unit.cli.tofu import CANARY, resource
from tests.world import World

NAME = "migrated"
REPOSITORY = f"developer-friendly/{NAME}"
KEY = f"/{NAME}/{REPOSITORY}/deploy-key"
TOKEN = f"/{NAME}/developer-friendly/{NAME}/flux-system/receiver/token"


@dataclass
class Migration:
    """A stack after its migration from OpenTofu."""

    stack: Deployment
    hook: int
    """Identifier of the webhook that OpenTofu made."""
    printed: str
    """What `fluxhook migrate` printed."""
    file: str
    """The import file."""
    steps: dict[str, str]
    """What the first `up` did, without what it created."""

    def hooks(self) -> list[dict[str, object]]:
        return self.stack.world.get(f"/repos/{REPOSITORY}/hooks")


@pytest.fixture(scope="module")
def migration(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    """Webhook, deploy key and parameters as the stacks of the guide make them, then imported, then `up`."""
    directory = tmp_path_factory.mktemp("migration")
    with deployed(world, NAME, directory) as stack:
        hook = made_by_tofu(world, directory)
        # The stack file is written with the first command.
        stack.pulumi("config")
        printed = fluxhook(stack, "migrate", "tofu.json")
        (command,) = [line for line in printed.splitlines() if line.startswith("  pulumi import")]
        arguments = shlex.split(command)[1:]
        assert arguments[-2:] == ["--stack", NAME]
        stack.pulumi(*arguments[:-2], "--yes", "--skip-preview")
        told = stack.up().steps
        steps = {name: step for name, step in told.items() if step != "create"}
        yield Migration(stack, hook, printed, (directory / "import.json").read_text(), steps)


def made_by_tofu(world: World, directory: Path) -> int:
    """Make what OpenTofu made, and its state file; return the webhook's identifier."""
    public = Ed25519PrivateKey.generate().public_key()
    line = public.public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    ).decode()
    key = {"title": "Developer Friendly Bot", "key": line, "read_only": False}
    number = posted(world, "keys", key)
    config = {"url": "https://3fd76690.example.com", "content_type": "json", "secret": CANARY}
    hook = posted(world, "hooks", {"config": config, "events": ["push"], "active": True})
    ssm = world.aws.client("ssm", endpoint_url=world.environment["AWS_ENDPOINT_URL"])
    for name in (KEY, TOKEN):
        ssm.put_parameter(Name=name, Type="SecureString", Value=CANARY)
    tofu.write(
        directory / "tofu.json",
        resource("tls_private_key", "this", tofu.private_key()),
        resource("github_repository_deploy_key", "this", tofu.deploy_key(REPOSITORY, number)),
        resource("github_repository_webhook", "this", tofu.webhook(REPOSITORY, hook)),
        resource("random_password", "this", {"id": "none", "result": CANARY}),
        resource("aws_ssm_parameter", "this", tofu.parameter(KEY), tofu.parameter(TOKEN)),
    )
    return hook


def posted(world: World, kind: str, body: dict[str, object]) -> int:
    answer = world.github.post(f"/repos/{REPOSITORY}/{kind}", json=body)
    return int(answer.raise_for_status().json()["id"])


def fluxhook(stack: Deployment, *arguments: str) -> str:
    """Run a verb beside the program, as a user does."""
    done = subprocess.run(
        [Path(sys.executable).with_name("fluxhook"), *arguments, "--stack", stack.stack],
        cwd=stack.directory,
        env={**os.environ, **stack.world.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_up_updates_what_was_imported_and_creates_the_rest(migration: Migration) -> None:
    assert migration.steps == {
        f"RepositoryWebhook {REPOSITORY}/webhook": "update",
        f"Parameter {REPOSITORY}/deploy-key": "update",
        f"Parameter {REPOSITORY}/webhook-token": "update",
    }


def test_the_webhook_keeps_its_id_and_calls_the_receiver(migration: Migration) -> None:
    (hook,) = migration.hooks()
    assert hook["id"] == migration.hook
    (url,) = migration.stack.output("receiverUrls").values()
    assert hook["config"]["url"] == url  # type: ignore[index]
    world = migration.stack.world
    pinged = world.github.post(f"/repos/{REPOSITORY}/hooks/{migration.hook}/pings")
    pinged.raise_for_status()


def test_the_parameters_have_the_stacks_own_values(migration: Migration) -> None:
    values = migration.stack.world.parameters(f"/{NAME}")
    assert set(values) == {KEY, TOKEN} and CANARY not in values.values()


def test_the_old_deploy_key_stays_beside_the_new_one_for_opentofu_to_remove(
    migration: Migration,
) -> None:
    titles = [each["title"] for each in migration.stack.world.get(f"/repos/{REPOSITORY}/keys")]
    assert sorted(map(str, titles)) == ["Developer Friendly Bot", "flux"]
    assert "► made anew: github_repository_deploy_key.this" in migration.printed


def test_no_value_of_the_old_state_reaches_a_file_or_the_output(migration: Migration) -> None:
    exported = migration.stack.pulumi("stack", "export", "--show-secrets").output
    for text in (migration.printed, migration.file, migration.stack.state(), exported):
        assert CANARY not in text


def test_the_second_up_changes_nothing(migration: Migration) -> None:
    assert migration.stack.up("--expect-no-changes").steps == {}


def test_the_graph_of_the_stack_is_the_picture_of_the_readme(migration: Migration) -> None:
    assert (
        fluxhook(migration.stack, "graph")
        == f"""\
flowchart LR
  subgraph g0["{REPOSITORY}"]
    n0["DeployKey<br/>RandomPassword, RepositoryDeployKey, Parameter, ExternalSecret"]
    n1["GitRepository"]
    n2["Kustomization"]
    n3["Webhook<br/>RandomPassword, Parameter, ExternalSecret, Receiver, HTTPRoute, RepositoryWebhook"]
  end
  n0 --> n1
  n1 --> n2
  n2 --> n3
"""
    )
