"""A server that records the notifications it gets, in place of a chat."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """The recorded bodies, by the path of the request."""

    url: str
    received: dict[str, list[Any]] = field(default_factory=dict)

    def at(self, path: str) -> list[Any]:
        """Returns the bodies that were posted to a path, oldest first."""
        return list(self.received.get(path, []))


@contextmanager
def sink() -> Iterator[Sink]:
    """Runs a sink on a free loopback port; it accepts every POST."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            recorder.received.setdefault(self.path, []).append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Logs nothing: a test that fails shows what is missing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorder = Sink(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield recorder
        finally:
            server.shutdown()
            thread.join()
