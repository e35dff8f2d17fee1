"""A prepared cluster and its gateway: etcd, kube-apiserver and `lab.gateway`, nothing else."""

import json
import secrets
import ssl
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from lightkube import KubeConfig
from lightkube.config import client_adapter

from lab.build import toolchain
from lab.run.directory import LabDirectory
from lab.world import cluster
from lab.world.certificates import SUFFIX, write_certificates, write_cluster_credentials
from tests.processes import answers, free_port, running

WITHIN = 60.0
"""Seconds until a process or an effect must be there."""


@dataclass
class Recorded:
    """A request as a process behind the gateway got it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Recorder:
    """A process behind the gateway: it answers `status` and keeps what it got."""

    port: int
    status: int
    requests: list[Recorded] = field(default_factory=list)


@contextmanager
def recorder(status: int) -> Iterator[Recorder]:
    """Serves on loopback, answering `status` with a header of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            seen.requests.append(Recorded(self.command, self.path, dict(self.headers), body))
            self.send_response(seen.status)
            self.send_header("X-Backend", "recorder")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        seen = Recorder(server.server_port, status)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


@dataclass
class World:
    """What the tests reach.

    Attributes:
        lab: Its directory.
        api: Its API server, for its administrator.
        receiver: Stands where notification-controller's webhook receiver would be.
        events: Stands where notification-controller's event server would be.
        gateway: Port of the gateway.
        http_port: Its port without TLS, for nodes and load balancers.
    """

    lab: LabDirectory
    api: httpx2.Client
    receiver: Recorder
    events: Recorder
    gateway: int
    http_port: int

    def request(
        self, method: str, target: str, host: str, body: bytes = b"", **headers: str
    ) -> httpx2.Response:
        """Sends a request to the gateway as `host`, its target byte for byte."""
        trust = ssl.create_default_context(cafile=self.lab.ca_file)
        with httpx2.Client(verify=trust, trust_env=False) as http:
            return http.request(
                method,
                f"https://127.0.0.1:{self.gateway}",
                headers={"Host": host, **headers},
                content=body,
                extensions={"target": target.encode(), "sni_hostname": "any.fluxhook.test"},
            )

    def plain(self, target: str, host: str) -> int:
        """Sends a POST without TLS as `host`, its target byte for byte; the answer's status."""
        with httpx2.Client(trust_env=False) as http:
            return http.post(
                f"http://127.0.0.1:{self.http_port}",
                headers={"Host": host},
                extensions={"target": target.encode()},
            ).status_code


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A prepared cluster with a running gateway."""
    lab = LabDirectory(tmp_path_factory.mktemp("lab") / "lab")
    lab.claim()
    lab.wipe()
    write_certificates(lab)
    etcd, peer, api, port, http_port = (free_port() for _ in range(5))
    write_cluster_credentials(lab, api, secrets.token_hex())
    etcd_url, peer_url = f"http://127.0.0.1:{etcd}", f"http://127.0.0.1:{peer}"

    with ExitStack() as stack:
        receiver, events = (stack.enter_context(recorder(status)) for status in (200, 202))
        stack.enter_context(
            running(
                lab.log("etcd"),
                [
                    Path(sysconfig.get_path("scripts")) / "etcd",
                    f"--data-dir={lab.etcd}",
                    f"--listen-client-urls={etcd_url}",
                    f"--advertise-client-urls={etcd_url}",
                    f"--listen-peer-urls={peer_url}",
                    f"--initial-advertise-peer-urls={peer_url}",
                    f"--initial-cluster=default={peer_url}",
                    "--unsafe-no-fsync",
                ],
                answers(f"{etcd_url}/health"),
            )
        )
        accounts = lab.certs / "service-accounts.pem"
        stack.enter_context(
            running(
                lab.log("kube-apiserver"),
                [
                    toolchain.binary("kube-apiserver"),
                    f"--etcd-servers={etcd_url}",
                    f"--cert-dir={lab.certs}",
                    f"--tls-cert-file={lab.certs / 'loopback.pem'}",
                    f"--tls-private-key-file={lab.certs / 'loopback-key.pem'}",
                    f"--secure-port={api}",
                    "--bind-address=127.0.0.1",
                    "--service-account-issuer=https://kubernetes.default.svc",
                    f"--service-account-key-file={accounts}",
                    f"--service-account-signing-key-file={accounts}",
                    "--service-cluster-ip-range=10.96.0.0/16",
                    "--authorization-mode=RBAC",
                    f"--token-auth-file={lab.certs / 'tokens.csv'}",
                    "--disable-admission-plugins=ServiceAccount",
                ],
                answers(f"https://127.0.0.1:{api}/readyz", lab.ca_file),
            )
        )
        cluster.prepare(lab)
        api_client = stack.enter_context(
            client_adapter.Client(
                KubeConfig.from_file(lab.kubeconfig).get() or pytest.fail(),
                client_adapter.ConnectionParams(trust_env=False),
            )
        )
        found = World(lab, api_client, receiver, events, port, http_port)

        def ready() -> None:
            found.request("GET", "/readyz", "127.0.0.1").raise_for_status()

        config = lab.config / "gateway.json"
        config.write_text(
            json.dumps(
                {
                    "port": port,
                    "http_port": http_port,
                    "kubeconfig": str(lab.kubeconfig),
                    "certificate": str(lab.certs / "gateway.pem"),
                    "key": str(lab.certs / "gateway-key.pem"),
                    "controller": cluster.GATEWAY_CONTROLLER,
                    "ingress_controller": cluster.INGRESS_CONTROLLER,
                    "suffix": f".{SUFFIX}",
                    "endpoints": {"http-webhook": receiver.port, "http": events.port},
                }
            )
        )
        stack.enter_context(
            running(
                lab.log("gateway"),
                [sys.executable, "-m", "lab.gateway", str(config)],
                ready,
            )
        )
        yield found
