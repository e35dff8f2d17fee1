"""A reverse proxy that goes wrong at an exact request, before or after the server has done what it asks.

It stands between the provider plugins and one server of the lab, and serves from the process that makes it. What can go
wrong is in `lab.world.wrong_answers`.
"""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx2

_NOT_FORWARDED = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
_NOT_RETURNED = {"connection", "content-length", "transfer-encoding", "content-encoding"}
Headers = Iterable[tuple[str, str]]
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: close() resets the connection.


class Exchange(BaseHTTPRequestHandler):
    """One request of a client, and what becomes of it."""

    server_side: ClassVar[httpx2.Client]
    proxy: ClassVar["Proxy"]

    def forward(self) -> None:
        """Hand on the request and its answer, unless a fault is there for it."""
        with suppress(ConnectionError, httpx2.TransportError):
            if "watch=" in self.path.partition("?")[2]:
                self._follow()
                return
            fault = self.proxy.take(self._name)
            if fault is None:
                self.give()
                return
            if not fault.before:
                _ = self._answer
            fault.answer(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward

    def give(self) -> None:
        """Give the client the server's own answer; the server is asked by now at the latest."""
        given = self._answer.headers.multi_items()
        headers = [(name, text) for name, text in given if name not in _NOT_RETURNED]
        self.say(self._answer.status_code, headers, self._answer.content)

    def say(self, status: int, headers: Headers = (), content: bytes = b"") -> None:
        """Give the client another answer."""
        self.send_response(status)
        for name, text in [*headers, ("Content-Length", str(len(content)))]:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def hear_nothing(self, seconds: float) -> None:
        """Wait until the client has closed the connection, for at most so long."""
        self.connection.settimeout(seconds)
        with suppress(OSError):
            self.connection.recv(1)

    @cached_property
    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    @cached_property
    def _answer(self) -> httpx2.Response:
        headers = self.proxy.shown(dict(self.headers))
        return self.server_side.request(
            self.command, self.path, content=self._body, headers=headers
        )

    @cached_property
    def _name(self) -> str:
        """What a fault's pattern is compared with."""
        parts = [self.command, self.path.partition("?")[0]]
        if target := self.headers.get("X-Amz-Target"):
            parts += [target, json.loads(self._body).get("Name", "")]
        return " ".join(parts)

    def _follow(self) -> None:
        """Hand on a watch of the API server piece by piece: it ends when either side ends it."""
        headers = self.proxy.shown(dict(self.headers))
        following = self.server_side.stream(
            self.command, self.path, headers=headers, timeout=httpx2.Timeout(60, read=None)
        )
        with following as answer, self.proxy.followed(answer):
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.end_headers()
            for piece in answer.iter_raw():
                self.wfile.write(piece)
                self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


Answer = Callable[[Exchange], None]
"""What the client gets in place of an answer."""


def bad_gateway(exchange: Exchange) -> None:
    """Answer as a load balancer that lost its server."""
    exchange.say(502)


def reset(exchange: BaseHTTPRequestHandler) -> None:
    """Reset the connection without an answer."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    exchange.close_connection = True


@dataclass
class Fault:
    """What goes wrong.

    Attributes:
        request: Pattern of the request: `METHOD /path`; for an AWS service the operation and the `Name` follow.
        answer: What the client gets.
        before: Whether the server has not been asked by then; otherwise it has done what was asked.
        again: Whether it happens each time.
        hit: Set once it has happened.
    """

    request: str
    answer: Answer
    before: bool = False
    again: bool = False
    hit: threading.Event = field(default_factory=threading.Event)


@dataclass
class Proxy:
    """One server seen through faults.

    Attributes:
        url: Where the proxy listens.
        faults: What shall go wrong; of several for one request the first that has not yet.
        tokens: Tokens that the server does not know, by those that it is shown instead.
    """

    url: str
    faults: list[Fault] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watches: dict[threading.Thread, socket.socket] = field(default_factory=dict)

    def add(
        self, request: str, answer: Answer, *, before: bool = False, again: bool = False
    ) -> Fault:
        """Has the next request that matches go wrong, or each one."""
        fault = Fault(request, answer, before, again)
        self.faults.append(fault)
        return fault

    def take(self, request: str) -> Fault | None:
        """The fault for a request, which no later one gets."""
        with self._lock:
            for fault in self.faults:
                if (fault.again or not fault.hit.is_set()) and re.search(fault.request, request):
                    fault.hit.set()
                    return fault
        return None

    @contextmanager
    def followed(self, answer: httpx2.Response) -> Iterator[None]:
        """While a watch is followed, `end_watches` can end it."""
        this = threading.current_thread()
        self._watches[this] = answer.extensions["network_stream"].get_extra_info("socket")
        try:
            yield
        finally:
            del self._watches[this]

    def end_watches(self) -> None:
        """End every watch, before somebody closes its connection.

        A thread that waits for a TLS connection which another one closes would go on to read from whatever gets the
        same file descriptor next.
        """
        for thread, connection in list(self._watches.items()):
            with suppress(OSError):
                # That of SSLSocket would have the thread read ciphertext.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            thread.join()

    def shown(self, headers: Mapping[str, str]) -> dict[str, str]:
        """A request's headers as the server gets them."""
        kept = {name: text for name, text in headers.items() if name.lower() not in _NOT_FORWARDED}
        kind, _, token = kept.get("Authorization", "").partition(" ")
        known = self.tokens.get(token)
        return {**kept, "Authorization": f"{kind} {known}"} if known else kept


class _Listener(ThreadingHTTPServer):
    daemon_threads = True  # A watch may never end.


@contextmanager
def proxied(server: httpx2.Client) -> Iterator[Proxy]:
    """A proxy before the server that a client is connected to."""

    class Bound(Exchange):
        server_side = server

    with _Listener(("127.0.0.1", 0), Bound) as listener:
        Bound.proxy = proxy = Proxy(f"http://127.0.0.1:{listener.server_port}")
        serving = threading.Thread(target=listener.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            serving.join()
            proxy.end_watches()
