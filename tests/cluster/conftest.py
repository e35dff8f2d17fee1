"""A prepared cluster and its gateway, without Flux: etcd, kube-apiserver and `lab.gateway`."""

import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest
from lightkube import KubeConfig
from lightkube.config import client_adapter

from lab.run import control
from lab.run.directory import LabDirectory
from tests.world import eventually

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
    """A process behind the gateway: it answers `status` and records each request."""

    port: int
    status: int
    requests: list[Recorded] = field(default_factory=list)


@contextmanager
def recorder(port: int, status: int) -> Iterator[Recorder]:
    """Serves on a port of loopback; answers `status` with a header `X-Backend`."""

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

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        seen = Recorder(server.server_port, status)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
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
    """A prepared cluster with a running gateway, and recorders behind the gateway."""
    lab = LabDirectory(tmp_path_factory.mktemp("cluster") / "lab")
    control.start(lab, supervisor=[sys.executable, "-m", "tests.cluster.small_lab"])
    ports = control.running(lab).ports
    kubeconfig = KubeConfig.from_file(lab.kubeconfig).get() or pytest.fail()
    try:
        with (
            recorder(ports["notification-controller"], 200) as receiver,
            recorder(ports["notification-controller-events"], 202) as events,
            client_adapter.Client(
                kubeconfig, client_adapter.ConnectionParams(trust_env=False)
            ) as api,
        ):
            found = World(lab, api, receiver, events, ports["gateway"], ports["gateway-http"])

            def ready() -> None:
                found.request("GET", "/readyz", "127.0.0.1").raise_for_status()

            eventually(ready)
            yield found
    finally:
        control.stop(lab)
