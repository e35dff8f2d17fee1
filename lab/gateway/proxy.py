"""The data plane: an ASGI application that forwards requests."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

import httpx2
from starlette.requests import Request as Received
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lab.gateway.backends import Backend, Forward
from lab.gateway.matching import Request
from lab.gateway.objects.httproute import HeaderModifier

log = logging.getLogger(__name__)

READY_PATH = "/readyz"
"""Answers 503 on the hosts below until the gateway has read the whole cluster, then 200."""

READY_HOSTS = {"127.0.0.1", "localhost"}

# RFC 9110, section 7.6.1; and `Expect`, which the server has answered already.
HOP_BY_HOP = {
    *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding"),
    *(b"upgrade", b"expect"),
}

Headers: TypeAlias = list[tuple[bytes, bytes]]


class Proxy:
    """Forwards requests.

    Args:
        find: Finds where a request goes; asked for each request.
        absent: The status of the answer when a request goes nowhere.
        ready: Whether the whole cluster has been read.
    """

    def __init__(
        self, find: Callable[[Request], Forward | None], absent: int, ready: Callable[[], bool]
    ) -> None:
        """Prepares the client; no request is served yet."""
        self._find, self._absent, self._ready = find, absent, ready
        # Connections are not reused: after a restart of the backend a reused one would fail.
        self._client = httpx2.AsyncClient(
            trust_env=False, timeout=60, limits=httpx2.Limits(max_keepalive_connections=0)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, and logs it without the part of its path that is a secret."""
        received = Received(scope, receive)
        request = _request(received)
        if request.path == READY_PATH and request.hostname in READY_HOSTS:
            ready = Response(status_code=200 if self._ready() else 503)
            return await ready(scope, receive, send)
        backend = None
        if (forward := self._find(request)) is None:
            response = Response(status_code=self._absent)
        else:
            backend = forward.backend
            response = await self._forwarded(request, received, backend)
            for modifier in forward.response_headers:
                response.raw_headers = modified(response.raw_headers, modifier)
        log.info(
            "%s %s %s %s %s",
            request.method,
            request.hostname,
            loggable(request.path),
            response.status_code,
            backend.name if backend else "-",
        )
        await response(scope, receive, send)

    async def _forwarded(
        self, request: Request, received: Received, backend: Backend | None
    ) -> Response:
        """Sends a request byte for byte to the first process of a backend."""
        if backend is None or backend.fault:
            # "If … the referent cannot be found, requests MUST receive a 500" (HTTPRouteRule).
            return Response(status_code=500)
        if not backend.endpoints:
            return Response(status_code=503)
        host, port = backend.endpoints[0]
        onward = httpx2.Request(
            request.method,
            httpx2.URL(scheme="http", host=host, port=port),
            headers=_end_to_end(received.headers.raw),
            content=await received.body(),
            # The URL would be normalised; this is not.
            extensions={"target": request.target.encode("latin-1")},
        )
        try:
            answer = await self._client.send(onward, stream=True)
            # Not decoded, so that the body still fits its Content-Encoding.
            content = b"".join([part async for part in answer.aiter_raw()])
            await answer.aclose()
        except httpx2.TransportError as error:
            log.warning("%s at port %d: %s", backend.name, port, error)
            return Response(status_code=503)
        response = Response(content, answer.status_code)
        response.raw_headers = _end_to_end(answer.headers.raw)
        return response


def _request(received: Received) -> Request:
    scope = received.scope
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    return Request(
        method=received.method,
        host=received.headers.get("host", ""),
        target=(scope["raw_path"] + query).decode("latin-1"),
    )


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def modified(headers: Headers, modifier: HeaderModifier) -> Headers:
    """Applies a header modifier: removes and replaces first, then adds."""
    dropped = {name.lower() for name in (*modifier.remove, *(each.name for each in modifier.set))}
    rest = [
        (name, value) for name, value in headers if name.decode("latin-1").lower() not in dropped
    ]
    new = [(each.name.encode(), each.value.encode()) for each in (*modifier.set, *modifier.add)]
    return rest + new


def loggable(path: str) -> str:
    """A path without everything after its first element: a receiver's path is a secret."""
    first, rest = path[1:].partition("/")[::2]
    return f"/{first}/…" if rest else path
