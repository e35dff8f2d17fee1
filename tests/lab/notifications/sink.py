"""A server that keeps what it is told, in the place of a chat."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """What arrived, by the path it was sent to."""

    url: str
    received: dict[str, list[Any]] = field(default_factory=dict)

    def at(self, path: str) -> list[Any]:
        """The bodies that were posted to a path, in their order."""
        return list(self.received.get(path, []))


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink on a free port of loopback, which takes every POST."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.received.setdefault(self.path, []).append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing: the test says what is missing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Sink(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
