"""Plugins, the real engine, and an API server."""

import json
import os
import secrets
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from lab.plugins.installer import install
from lab.plugins.kubernetes.cluster import Cluster, load_config
from lab.plugins.values import Properties
from tests.plugins.processes import free_port, running
from tests.plugins.protocol import Plugin, StartPlugin
from tests.plugins.space import DEFINITION, Space


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
def cli(tmp_path: Path) -> Callable[..., str]:
    """Runs the real Pulumi CLI on the project in `tmp_path/project`; returns what it prints."""
    home, place = tmp_path / "home", tmp_path / "bin"
    built = Path(os.environ["FLUXHOOK_PULUMI"])
    install(place, home, Path(sys.executable), cli=built)
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


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An API server with garbage collection; yields an administrator's kubeconfig."""
    place = tmp_path_factory.mktemp("cluster")
    client, peer, api = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(place / "ca.pem")
    served = authority.issue_cert("127.0.0.1")
    served.private_key_and_cert_chain_pem.write_to_path(place / "server.pem")
    token, api = secrets.token_hex(), api.replace("http", "https")
    (place / "tokens.csv").write_text(f"{token},admin,admin,system:masters\n")
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "clusters": [
            {
                "name": "tests",
                "cluster": {"server": api, "certificate-authority": str(place / "ca.pem")},
            }
        ],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "admin"}}],
    }
    file = place / "kubeconfig"
    file.write_text(json.dumps(config))
    etcd = [
        str(Path(sysconfig.get_path("scripts")) / "etcd"),
        f"--data-dir={place / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    ]
    server = [
        os.environ["FLUXHOOK_KUBE_APISERVER"],
        f"--etcd-servers={client}",
        f"--cert-dir={place}",
        f"--tls-cert-file={place / 'server.pem'}",
        f"--tls-private-key-file={place / 'server.pem'}",
        f"--secure-port={api.rpartition(':')[2]}",
        "--bind-address=127.0.0.1",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={place / 'server.pem'}",
        f"--service-account-signing-key-file={place / 'server.pem'}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        f"--token-auth-file={place / 'tokens.csv'}",
        "--disable-admission-plugins=ServiceAccount",
    ]
    manager = [
        os.environ["FLUXHOOK_KUBE_CONTROLLER_MANAGER"],
        f"--kubeconfig={file}",
        "--controllers=garbage-collector-controller,namespace-controller",
        "--leader-elect=false",
        "--secure-port=0",
    ]
    with (
        running(place / "etcd.log", etcd, f"{client}/health"),
        running(place / "server.log", server, f"{api}/readyz", place / "ca.pem"),
        running(place / "manager.log", manager, ""),
    ):
        yield file


@pytest.fixture(scope="session")
def cluster(kubeconfig: Path) -> Iterator[Cluster]:
    """The API server with the definition of Widget in place."""
    reached = Cluster(load_config({"kubeconfig": str(kubeconfig)}))
    reached.request("POST", reached.path(DEFINITION, with_name=False), DEFINITION)
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
