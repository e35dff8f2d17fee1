"""`python -m bench.servers NUMBER`: GitHub, Parameter Store, a cluster and its receivers for many applications.

The lab does not hold fifty. What is served here is as large and as late as with the real ones, and always well. Prints
its port, then serves until it is ended.
"""

import base64
import json
import re
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.checked import NAMESPACE, OURS, answer
from components.rules.flux import receiver_path

LATENCY = 0.05
"""Seconds before each answer: a network lies between."""
SHA = "0123456789abcdef" * 2 + "01234567"
REVISION = f"main@sha1:{SHA}"
READY = {"conditions": [{"type": "Ready", "status": "True", "reason": "Succeeded"}]}
KINDS = {
    "source.toolkit.fluxcd.io/v1": ("GitRepository", "gitrepositories"),
    "kustomize.toolkit.fluxcd.io/v1": ("Kustomization", "kustomizations"),
    "helm.toolkit.fluxcd.io/v2": ("HelmRelease", "helmreleases"),
    "notification.toolkit.fluxcd.io/v1": ("Receiver", "receivers"),
    "image.toolkit.fluxcd.io/v1": ("ImagePolicy", "imagepolicies"),
}


def token(name: str) -> str:
    """The webhook's token of an application."""
    return f"{name}-".ljust(32, "t")


def path(name: str) -> str:
    """The receiver path of an application."""
    return receiver_path(token(name), name, NAMESPACE)


def names(number: int) -> list[str]:
    """The applications."""
    return [f"app-{each}" for each in range(number)]


@dataclass
class World:
    """What the servers know."""

    number: int
    port: int = 0
    pinged: dict[str, int] = field(default_factory=dict)
    """How many pings each repository has sent."""

    @cached_property
    def paths(self) -> set[str]:
        """Every receiver path."""
        return {path(name) for name in names(self.number)}

    def github(self, method: str, where: str) -> Any:
        """Answers as GitHub."""
        found = re.fullmatch(r"/api/v3/repos/o/([\w-]+)/(\w+)/?(.*)", where)
        name, what, rest = found.groups() if found else ("", "", "")
        count = self.pinged.setdefault(name, 1)
        if what == "commits":
            return [{"sha": f"{SHA[:-2]}{each:02}" if each else SHA} for each in range(30)]
        if what == "branches":
            return {"commit": {"sha": SHA}}
        if method == "POST":
            self.pinged[name] = count + 1
            return {}
        if rest.endswith("deliveries"):
            return [_delivery(each) for each in range(count, 0, -1)]
        url = f"http://127.0.0.1:{self.port}{path(name)}"
        config = {"url": url, "content_type": "json", "insecure_ssl": "0", "secret": "********"}
        return {"id": 1, "active": True, "events": ["push"], "config": config}

    def parameters(self, body: bytes) -> Any:
        """Answers as Parameter Store."""
        return {
            "Parameters": [
                {
                    "Name": each,
                    "Type": "SecureString",
                    "Value": token(each.strip("/")),
                    "LastModifiedDate": 1767225600,
                }
                for each in json.loads(body)["Names"]
            ]
        }

    def cluster(self, where: str) -> Any:
        """Answers as the API server."""
        root = re.fullmatch(r"/apis?/(.*?)(?:/namespaces/[\w-]+/(\w+)/?(.*))?", where)
        version, plural, name = root.groups() if root else ("", None, None)
        kind, resource = KINDS.get(version, ("", ""))
        if not plural:
            listed = {"name": resource, "namespaced": True, "kind": kind}
            return {"resources": [listed] if kind else []}
        kind = kind or ("Secret" if plural == "secrets" else "")
        if name:
            return self.item(kind, name.removesuffix("-webhook-token"))
        none = kind in ("HelmRelease", "ImagePolicy")
        return {"items": [] if none else [self.item(kind, each) for each in names(self.number)]}

    def item(self, kind: str, name: str) -> dict[str, Any]:
        """An object of an application."""
        asked = str(self.pinged.get(name, 1))
        annotations = {**OURS, "reconcile.fluxcd.io/requestedAt": asked}
        status: dict[str, Any] = {**READY, "lastHandledReconcileAt": asked}
        own: dict[str, dict[str, Any]] = {
            "GitRepository": {"artifact": {"revision": REVISION}},
            "Kustomization": {"lastAppliedRevision": REVISION},
            "Receiver": {"webhookPath": path(name)},
        }
        status |= own.get(kind, {})
        # As large as Flux's own.
        status["observed"] = "x" * 2000
        return {
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"secretRef": {"name": f"{name}-webhook-token"}},
            "data": {"token": base64.b64encode(token(name).encode()).decode()},
            "status": status,
        }


def _delivery(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "guid": f"guid-{number}",
        "delivered_at": "2026-01-01T00:00:00Z",
        "event": "ping",
        "status": "OK",
        "status_code": 200,
    }


def handler(world: World) -> type[BaseHTTPRequestHandler]:
    """The handler of the one server, which tells its four sides apart by the path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            where = self.path.partition("?")[0]
            time.sleep(LATENCY)
            code, document = 200, None
            if known := answer(self.command, where, body):
                code, document = known
            elif where.startswith("/hook/"):
                code = 400 if where in world.paths else 404
            elif where.startswith("/api/v3/"):
                document = world.github(self.command, where)
                code = 204 if self.command == "POST" else 200
            elif where.startswith("/api"):
                document = world.cluster(where)
            else:
                document = world.parameters(body)
            text = document if isinstance(document, str) else json.dumps(document)
            content = b"" if code == 204 else text.encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = reply

        def log_message(self, *args: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    """A server for as many connections as come at once."""

    request_queue_size = 128
    daemon_threads = True


def main() -> None:
    """Serves."""
    world = World(int(sys.argv[1]))
    with Server(("127.0.0.1", 0), handler(world)) as server:
        world.port = server.server_port
        print(world.port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
