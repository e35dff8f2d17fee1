"""The real GitHub provider, as the lab builds it, under the real engine against the lab's GitHub."""

import base64
import json
import subprocess
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path

import asyncssh
import pysequoia
import pytest

from lab.build import toolchain
from tests.plugins.hub import BOT, OWNER, Hub

Run = Callable[..., str]

PROGRAM = f"""
import pulumi
import pulumi_github as github
from pulumi import ResourceOptions

config = pulumi.Config()
owner = ResourceOptions(provider=github.Provider("owner", owner="{OWNER}"))
bot = github.Provider("bot", owner="{BOT}", token=config.require_secret("botToken"))
github.RepositoryDeployKey(
    "key",
    repository="echo-server",
    key=config.require("key"),
    title=config.get("title") or "flux",
    opts=owner,
)
hook = github.RepositoryWebhook(
    "hook",
    repository="echo-server",
    events=["push"],
    configuration={{
        "url": config.require_secret("url"),
        "content_type": "json",
        "secret": config.require_secret("secret"),
    }},
    opts=owner,
)
github.RepositoryFile(
    "file", repository="echo-server", file="a/b.txt", content=config.require("content"), opts=owner
)
github.UserGpgKey("gpg", armored_public_key=config.require("gpg"), opts=ResourceOptions(provider=bot))
meta = github.get_ssh_keys(opts=pulumi.InvokeOptions(provider=owner.provider))
pulumi.export("hostKeys", meta.keys)
pulumi.export("hook", hook.id)
"""
RESOURCES = 7  # The stack, two providers, four resources.
URL = "https://flux.fluxhook.test/hook/0123456789"


def public_key() -> str:
    """A new public key in one line, with a comment, which GitHub drops."""
    key = asyncssh.generate_private_key("ssh-ed25519", comment="a-comment")
    return key.export_public_key().decode().strip()


@pytest.fixture
def run(hub: Hub, cli: Run, project: Callable[[str], Path]) -> Run:
    """Runs the Pulumi CLI on a program that makes one of each resource."""
    project(PROGRAM)
    command = partial(cli, GITHUB_BASE_URL=hub.url, GITHUB_TOKEN=hub.tokens[OWNER])
    user = f"Bot <{hub.email}>"
    armour = pysequoia.Tsk.generate(user_ids=[user], profile=pysequoia.Profile.RFC4880)
    plain = {"key": public_key(), "content": "one\n", "gpg": str(armour.extract_certificate())}
    secret = {"url": URL, "secret": "the-first-secret", "botToken": hub.tokens[BOT]}
    given = [f"--plaintext={name}={value}" for name, value in plain.items()]
    given += [f"--secret={name}={value}" for name, value in secret.items()]
    command("config", "set-all", *given)
    return command


def test_one_of_each_is_created_kept_without_a_secret_in_clear_and_destroyed(
    tmp_path: Path, hub: Hub, run: Run
) -> None:
    assert f"{RESOURCES} to create" in run("preview")
    shown = run("up", "--yes", "--skip-preview")
    assert f"{RESOURCES} created" in shown
    assert "warning" not in shown
    (key,) = hub.get("keys").json()
    assert (key["title"], key["read_only"]) == ("flux", True)
    (hook,) = hub.get("hooks").json()
    assert (hook["config"]["url"], hook["config"]["content_type"]) == (URL, "json")
    assert hub.get("commits/main").json()["commit"]["message"] == "Add a/b.txt"
    assert len(hub.user_keys()) == 1
    outputs = json.loads(run("stack", "output", "--json"))
    assert outputs["hook"] == str(hook["id"])
    assert all(line.startswith("ssh-") for line in outputs["hostKeys"])

    unchanged = f"{RESOURCES} unchanged"
    assert unchanged in run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert unchanged in run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    state = (tmp_path / "state/.pulumi/stacks/tests/dev.json").read_text()
    assert "github:index/repositoryWebhook" in state
    for hidden in (URL, "the-first-secret", *hub.tokens.values()):
        assert hidden not in state

    assert f"{RESOURCES} deleted" in run("destroy", "--yes", "--skip-preview")
    assert hub.get("keys").json() == hub.get("hooks").json() == hub.user_keys() == []
    assert hub.get("contents/a/b.txt").status_code == 404


def test_a_hook_and_a_file_change_in_place_and_a_key_goes_before_its_successor_comes(
    hub: Hub, run: Run
) -> None:
    run("up", "--yes", "--skip-preview")
    (old_hook,), (old_key,) = hub.get("hooks").json(), hub.get("keys").json()
    # GitHub takes a key only once: one that is made again must have been deleted before.
    changes = ("--plaintext=content=two", "--plaintext=title=other")
    run("config", "set-all", *changes, "--secret=secret=the-second-secret")
    shown = run("up", "--yes", "--skip-preview")
    assert "2 updated" in shown
    assert "1 replaced" in shown
    (hook,), (key,) = hub.get("hooks").json(), hub.get("keys").json()
    assert hook["id"] == old_hook["id"]
    assert (key["key"], key["title"]) == (old_key["key"], "other")
    content = hub.get("contents/a/b.txt").json()["content"]
    assert base64.b64decode(content) == b"two"


def test_what_was_deleted_by_hand_is_found_by_a_refresh_and_made_again(hub: Hub, run: Run) -> None:
    run("up", "--yes", "--skip-preview")
    (hook,), (key,) = hub.get("hooks").json(), hub.get("keys").json()
    hub.delete(f"hooks/{hook['id']}")
    hub.delete(f"keys/{key['id']}")
    assert "2 deleted" in run("refresh", "--yes", "--skip-preview")
    assert "2 created" in run("up", "--yes", "--skip-preview")
    assert len(hub.get("hooks").json()) == len(hub.get("keys").json()) == 1


def test_it_says_that_it_is_the_version_that_the_engine_asks_for() -> None:
    plugin = toolchain.binaries()["pulumi-resource-github"]
    told = subprocess.run([plugin, "-version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == metadata.version("pulumi-github")
