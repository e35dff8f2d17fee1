"""Plugins, the real engine, and an API server."""

import json
import os
import secrets
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from lab.build import toolchain
from lab.plugins.core.values import Properties
from lab.plugins.installer import install
from lab.plugins.kubernetes.cluster import Cluster, load_config
from tests.plugins.hub import BOT, OWNER, Hub
from tests.plugins.protocol import Plugin, StartPlugin
from tests.plugins.space import DEFINITION, Space
from tests.processes import answers, free_ports, running
from tests.world import World, eventually


@pytest.fixture
def plugin() -> Iterator[StartPlugin]:
    """Starts plugins by name and configuration."""
    with ExitStack() as stack:

        def begin(name: str, config: Properties | None = None) -> Plugin:
            begun = Plugin(name, config or {})
            stack.callback(begun.close)
            return begun

        yield begin


@pytest.fixture
def cli(world: World, tmp_path: Path) -> Callable[..., str]:
    """Runs the real Pulumi CLI on the project in `tmp_path/project`; returns what it prints."""
    home, place = tmp_path / "home", tmp_path / "bin"
    built = toolchain.binaries()
    plugins = {"github": built["pulumi-resource-github"]}
    install(
        place,
        home,
        Path(sys.executable),
        built=plugins,
        cli=built["pulumi"],
        parent=world.directory.plugins_socket,
    )
    (tmp_path / "state").mkdir()
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{place}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(*arguments: str, fails: bool = False, **more: str) -> str:
        done = subprocess.run(
            [place / "pulumi", *arguments, "--non-interactive", "--color=never"],
            cwd=tmp_path / "project",
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def project(tmp_path: Path, cli: Callable[..., str]) -> Callable[[str], Path]:
    """Writes a project with that program and a stack; returns its directory."""

    def write(program: str) -> Path:
        place = tmp_path / "project"
        place.mkdir(exist_ok=True)
        (place / "Pulumi.yaml").write_text("name: tests\nruntime: python\n")
        (place / "__main__.py").write_text(program)
        cli("stack", "init", "dev")
        return place

    return write


@pytest.fixture(scope="session")
def kubeconfig(world: World) -> Path:
    """Administrator of the lab's API server."""
    return world.directory.kubeconfig


@pytest.fixture(scope="session")
def cluster(kubeconfig: Path) -> Iterator[Cluster]:
    """The API server with the definition of Widget in place."""
    reached = Cluster(load_config({"kubeconfig": str(kubeconfig)}))
    reached.request("POST", reached.path(DEFINITION, with_name=False), DEFINITION)
    # A definition is served a moment after it is taken.
    eventually(lambda: reached.kind("lab.test/v1", "Widget"))
    yield reached
    reached.close()


@pytest.fixture
def space(cluster: Cluster, kubeconfig: Path, plugin: StartPlugin) -> Iterator[Space]:
    """A fresh namespace and a plugin configured by the kubeconfig's contents."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    target: Properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.request("POST", cluster.path(target, with_name=False), target)
    yield Space(name, cluster, plugin("kubernetes", {"kubeconfig": kubeconfig.read_text()}))
    cluster.request("DELETE", cluster.path(target))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A GitHub with one organisation, one bot and one repository."""
    port, ssh_port, https, http = free_ports(4)
    tokens = {OWNER: secrets.token_hex(), BOT: secrets.token_hex()}
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    email = "github@developer-friendly.blog"
    config = {
        "port": port,
        "ssh_port": ssh_port,
        "directory": str(tmp_path / "hub"),
        "ca_file": str(tmp_path / "ca.pem"),
        "gateway": {"suffix": ".fluxhook.test", "port": https, "http_port": http},
        "accounts": [
            {"login": OWNER, "type": "Organization"},
            {"login": BOT, "type": "User", "emails": [{"email": email, "verified": True}]},
        ],
        "tokens": [
            {"token": tokens[OWNER], "login": OWNER, "rights": "organisation"},
            {"token": tokens[BOT], "login": BOT, "rights": "bot"},
        ],
        "repositories": [f"{OWNER}/echo-server"],
    }
    (tmp_path / "hub").mkdir()
    file = tmp_path / "hub.json"
    with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as written:
        json.dump(config, written)
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "lab.github", str(file)]
    with running(tmp_path / "hub.log", command, answers(f"{url}meta")):
        yield Hub(url, tokens, email)
