"""A reverse proxy that goes wrong at an exact request: after the server has done it, before the client knows.

It stands between the provider plugins and one server of the lab, and serves from the process that makes it.
"""

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

_NOT_FORWARDED = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
_NOT_RETURNED = {"connection", "content-length", "transfer-encoding", "content-encoding"}
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close() resets the connection.

Answer = Callable[[BaseHTTPRequestHandler], None]
"""What happens instead of the answer that the server gave."""


def bad_gateway(handler: BaseHTTPRequestHandler) -> None:
    """Answer as a load balancer that lost its server."""
    handler.send_response(502)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Reset the connection without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    handler.close_connection = True


@dataclass
class Fault:
    """What goes wrong, once.

    Attributes:
        request: Pattern of the request: `METHOD /path`, and the operation for an AWS service.
        answer: What the client gets; the server has done what was asked by then.
        hit: Set once it has happened.
    """

    request: str
    answer: Answer
    hit: threading.Event = field(default_factory=threading.Event)


@dataclass
class Proxy:
    """One server seen through faults.

    Attributes:
        url: Where the proxy listens.
        faults: What shall go wrong; each does once.
        tokens: Tokens that the server does not know, by those that it is shown instead.
    """

    url: str
    faults: list[Fault] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, request: str, answer: Answer) -> Fault:
        """Has the next request that matches go wrong."""
        fault = Fault(request, answer)
        self.faults.append(fault)
        return fault

    def take(self, request: str) -> Fault | None:
        """The fault for a request, which no later one gets."""
        with self._lock:
            for fault in self.faults:
                if not fault.hit.is_set() and re.search(fault.request, request):
                    fault.hit.set()
                    return fault
        return None

    def shown(self, headers: Mapping[str, str]) -> dict[str, str]:
        """A request's headers as the server gets them."""
        kept = {name: text for name, text in headers.items() if name.lower() not in _NOT_FORWARDED}
        given = kept.get("Authorization", "")
        kind, _, token = given.partition(" ")
        return (
            {**kept, "Authorization": f"{kind} {self.tokens[token]}"}
            if token in self.tokens
            else kept
        )


@contextmanager
def proxied(server: httpx2.Client) -> Iterator[Proxy]:
    """A proxy before the server that a client is connected to."""

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = proxy.shown(dict(self.headers))
            answer = server.request(self.command, self.path, content=body, headers=headers)
            target = self.headers.get("X-Amz-Target", "")
            fault = proxy.take(f"{self.command} {self.path.partition('?')[0]} {target}")
            if fault:
                fault.answer(self)
                return
            self.send_response(answer.status_code)
            for name, text in answer.headers.multi_items():
                if name not in _NOT_RETURNED:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        proxy = Proxy(f"http://127.0.0.1:{listener.server_port}")
        serving = threading.Thread(target=listener.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            serving.join()
