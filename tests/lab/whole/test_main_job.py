"""The main job as a user runs it: `fluxhook lab up` on the repository's own stack `dev`, then what it promised."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from lightkube.resources.core_v1 import Secret, Service

from lab.run import control
from lab.run.directory import LabDirectory
from lab.world.kinds import ImagePolicy, Receiver
from tests.world import KINDS, World, eventually

REPOSITORY = "developer-friendly/echo-server"
NAMESPACE = "flux-system"
FLUXHOOK = Path(sys.executable).with_name("fluxhook")


@dataclass
class Shell:
    """A shell in a lab of its own."""

    lab: LabDirectory

    def fluxhook(self, *arguments: str) -> str:
        """Run `fluxhook`; its output, which is the failure's message too."""
        done = subprocess.run(
            [FLUXHOOK, *arguments],
            env={**os.environ, "FLUXHOOK_LAB_DIR": str(self.lab.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A started lab with the stack `dev` up."""
    opened = Shell(LabDirectory(tmp_path_factory.mktemp("main") / "lab"))
    try:
        opened.fluxhook("lab", "start")
        yield opened
    finally:
        control.stop(opened.lab)


@pytest.fixture(scope="module")
def first(shell: Shell) -> str:
    """What the first `fluxhook lab up` printed."""
    return shell.fluxhook("lab", "up")


@pytest.fixture(scope="module")
def dev(shell: Shell, first: str) -> Iterator[World]:
    """The world after the first up."""
    assert first
    world = World(shell.lab)
    yield world
    world.close()


def url(printed: str) -> str:
    """The receiver URL that `fluxhook lab up` ends with."""
    return next(word for word in printed.split() if word.startswith("https://flux.fluxhook.test/"))


def test_up_ends_with_the_receiver_url_and_the_answered_ping(first: str, dev: World) -> None:
    _, resources, told = first.partition("\nResources:\n")
    assert resources, "of Pulumi's own summary the numbers are left"
    assert [line.split()[0] for line in told.splitlines() if line][-5:] == [
        *("✔", "receiver", "next:", "make", f"http://127.0.0.1:{dev.state.ports['github']}/_lab/"),
    ]
    assert "ping was answered with 200" in told
    assert "PUBLIC KEY" not in first and "secretStorePolicy" not in first
    assert len(url(first).rpartition("/hook/")[2]) == 64


def test_github_has_one_hook_for_push_alone_whose_ping_is_green(dev: World) -> None:
    (hook,) = dev.get(f"/repos/{REPOSITORY}/hooks")
    assert hook["events"] == ["push"]
    assert hook["last_response"]["code"] == 200  # type: ignore[index]
    assert hook["config"]["secret"] == "********"  # type: ignore[index] # noqa: S105
    assert hook["config"]["insecure_ssl"] == "0"  # type: ignore[index]


def test_the_receiver_is_ready_on_the_computed_path(dev: World, first: str) -> None:
    status = dev.status(Receiver, "echo-server")
    assert status["webhookPath"] == "/hook/" + url(first).rpartition("/")[2]
    ready = {each["type"]: each["status"] for each in status["conditions"]}
    assert ready["Ready"] == "True"


def test_each_secret_in_the_cluster_equals_its_parameter(dev: World) -> None:
    stored = dev.parameters("/github")

    def secret(what: str) -> dict[str, str]:
        found = dev.cluster.get(Secret, f"echo-server-{what}", namespace=NAMESPACE)
        assert found.data
        assert found.metadata
        assert (found.metadata.labels or {})["reconcile.fluxcd.io/watch"] == "Enabled"
        return {key: base64.b64decode(value).decode() for key, value in found.data.items()}

    token = stored[f"/github/{REPOSITORY}/flux-system/receiver/token"]
    assert secret("webhook-token") == {"token": token}
    git = secret("git")
    assert git["identity"] == stored["/github/echo-server/deploy-key"]
    (key,) = dev.get(f"/repos/{REPOSITORY}/keys")
    assert git["identity.pub"] == key["key"]
    assert key["read_only"] is False, "the bot commits image tags with it"
    assert git["known_hosts"].startswith("github.com ssh-")
    signing = secret("gpgkey")
    assert signing["git.asc"] == stored["/github/gpg-keys/developer-friendly-bot"]
    assert signing["passphrase"] == stored["/github/gpg-keys/developer-friendly-bot/passphrase"]
    assert stored["/github/echo-server/ghcr-token"] in secret("docker")[".dockerconfigjson"]


def test_an_unsigned_post_is_refused_and_a_wrong_path_is_not_there(dev: World, first: str) -> None:
    assert dev.post(url(first), **{"X-GitHub-Event": "push"}).status_code == 400
    assert dev.post(url(first)[:-1] + "x").status_code == 404
    assert dev.post(url(first) + "?query=1").status_code == 404


def test_every_answer_carries_strict_transport_security(dev: World, first: str) -> None:
    assert "max-age=31536000" in dev.post(url(first)).headers["strict-transport-security"]


def test_flux_has_found_the_image_of_the_registry(dev: World) -> None:
    def found() -> None:
        policy = dev.cluster.get(ImagePolicy, "echo-server", namespace=NAMESPACE)
        assert isinstance(policy.status, dict)
        latest: dict[str, str] = policy.status.get("latestRef", {})
        assert latest.get("tag") == "1", policy.status

    eventually(found)


def test_a_second_up_and_a_preview_change_nothing(shell: Shell, dev: World) -> None:
    assert dev
    assert "unchanged" in shell.fluxhook("lab", "up")
    printed = shell.fluxhook("lab", "preview")
    assert "unchanged" in printed
    assert "create" not in printed


def test_the_environment_serves_plain_tools(shell: Shell, dev: World) -> None:
    script = """
        eval "$("$0" lab env)"
        curl -sSf "$GITHUB_API_URL/meta" -o /dev/null
        pulumi stack ls --json
    """
    done = subprocess.run(
        ["bash", "-euc", script, str(FLUXHOOK)],
        env={**os.environ, "FLUXHOOK_LAB_DIR": str(shell.lab.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"name": "dev"' in done.stdout, done.stderr
    assert dev


def test_down_leaves_no_key_hook_parameter_object_or_process(shell: Shell, dev: World) -> None:
    state = dev.state
    assert "32 deleted" in shell.fluxhook("lab", "destroy")
    assert dev.get(f"/repos/{REPOSITORY}/hooks") == []
    assert dev.get(f"/repos/{REPOSITORY}/keys") == []
    assert dev.bot.get("/user/gpg_keys").json() == []
    assert dev.parameters("/") == {}
    # The Services are those that Flux's installation has made.
    kinds = [kind for kind in KINDS if kind is not Service]
    assert not [each for kind in kinds for each in dev.cluster.list(kind, namespace="*")]
    shell.fluxhook("lab", "down")
    left = [each for each in state.processes.values() if each.pid and psutil.pid_exists(each.pid)]
    assert left == []
    assert not state.supervisor.running()
