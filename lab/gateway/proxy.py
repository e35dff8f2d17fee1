"""The data plane: an ASGI application that sends requests on as the routes say."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

import httpx2
from starlette.requests import Request as Received
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lab.gateway.backends import Backend, Forward
from lab.gateway.httproute import HeaderModifier
from lab.gateway.matching import Request

log = logging.getLogger(__name__)

READY_PATH = "/readyz"
"""Answers 200 on the hosts below once the gateway knows the whole cluster, before that 503."""

READY_HOSTS = {"127.0.0.1", "localhost"}

# RFC 9110, section 7.6.1; and `Expect`, which the server has answered already.
HOP_BY_HOP = {
    *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding"),
    *(b"upgrade", b"expect"),
}

Headers: TypeAlias = list[tuple[bytes, bytes]]


class Proxy:
    """Sends requests on.

    Args:
        find: Says at the moment of each request what is to be done with it.
        absent: The status of the answer when that is nothing.
        ready: Says whether everything to be served is known.
    """

    def __init__(
        self, find: Callable[[Request], Forward | None], absent: int, ready: Callable[[], bool]
    ) -> None:
        """Serves nothing yet."""
        self._find, self._absent, self._ready = find, absent, ready
        # No connection is kept, since a restarted process would let one request fail.
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
            backend = forward.choose()
            response = await self._forwarded(request, received, forward, backend)
            for filter_ in forward.filters:
                response.raw_headers = modified(
                    response.raw_headers, filter_.response_header_modifier
                )
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
        self, request: Request, received: Received, forward: Forward, backend: Backend | None
    ) -> Response:
        """Sends a request on byte for byte, with the rule's request headers, to one process."""
        if backend is None or backend.fault:
            # "If … the referent cannot be found, requests MUST receive a 500" (HTTPRouteRule).
            return Response(status_code=500)
        if not backend.endpoints:
            return Response(status_code=503)
        headers = _end_to_end(received.headers.raw)
        for filter_ in forward.filters:
            headers = modified(headers, filter_.request_header_modifier)
        host, port = backend.endpoints[0]
        onward = httpx2.Request(
            request.method,
            httpx2.URL(scheme="http", host=host, port=port),
            headers=headers,
            content=await received.body(),
            # The URL would be normalised; this is not.
            extensions={"target": request.target.encode("latin-1")},
        )
        try:
            answer = await self._client.send(onward, stream=True)
            # As it came: undecoded, so that it fits its Content-Encoding.
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
        headers={name: ",".join(received.headers.getlist(name)) for name in received.headers},
    )


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def modified(headers: Headers, modifier: HeaderModifier) -> Headers:
    """`headers` after a header modifier: first what it removes and replaces, then what it adds."""
    gone = {name.lower() for name in (*modifier.remove, *(each.name for each in modifier.set))}
    kept = [(name, value) for name, value in headers if name.decode("latin-1").lower() not in gone]
    written = [(each.name.encode(), each.value.encode()) for each in (*modifier.set, *modifier.add)]
    return kept + written


def loggable(path: str) -> str:
    """`path` with everything after its first element hidden: a receiver's path is a secret."""
    first, rest = path[1:].partition("/")[::2]
    return f"/{first}/…" if rest else path
