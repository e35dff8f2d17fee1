"""The REST interface: its routes, and the checks that every call passes."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Host, Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lab.github.api.access import BOT_SCOPES, authenticate, authorize, count
from lab.github.api.app_token import authenticate_app
from lab.github.api.call import ENDPOINTS, Answer, Call, Handler
from lab.github.model.config import Rights
from lab.github.model.contract import API_VERSION, ContractError, check_answer, read_body
from lab.github.model.errors import GitHubError, not_found
from lab.github.model.operation import RATE_LIMIT, Operation
from lab.github.model.store import Store
from lab.github.rest import (
    accounts,
    apps,
    comments,
    commits,
    contents,
    contents_write,
    deliveries,
    gpg_keys,
    hooks,
    pulls,
    repositories,
    ssh_keys,
    statuses,
)
from lab.github.serving.git_https import HOST as GIT_HOST
from lab.github.webhooks.courier import Courier

REST = (
    *(accounts, apps, comments, commits, contents, contents_write, deliveries, gpg_keys, hooks),
    *(pulls, repositories, ssh_keys, statuses),
)
"""The modules of the endpoints; importing them registers their handlers."""

HOSTS = ["127.0.0.1", "localhost", "api.github.com", GIT_HOST]


class RequestLog:
    """Prints method, path and status of each request, but neither query nor body."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request and prints its line when the answer starts."""

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = quote(scope["path"], safe="/{}")
                print(f"{scope['method']} {path} {message['status']}", flush=True)
            await send(message)

        await self._app(scope, receive, said if scope["type"] == "http" else send)


def make_app(
    store: Store,
    courier: Courier,
    lifespan: Callable[[], AbstractAsyncContextManager[None]],
    pages: list[Route],
    git: Router,
) -> Starlette:
    """Makes the HTTP application.

    Args:
        store: The state of the double.
        courier: Sends deliveries.
        lifespan: A context that is open while the application serves; it runs git over SSH.
        pages: The lab's own routes, all under `/_lab/`.
        git: The routes of github.com; all other hosts are the REST interface.
    """
    routes = [_route(store, courier, *endpoint) for endpoint in ENDPOINTS]

    async def nowhere(request: Request, failure: Exception) -> Response:
        return _respond(None, Answer(404, not_found().body()))

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        async with lifespan():
            yield

    return Starlette(
        # Under /api/v3 too: go-github uses that prefix for every host but github.com.
        routes=[
            Host(GIT_HOST, git),
            *pages,
            Mount("/api/v3", routes=_by_path(routes)),
            *_by_path(routes),
        ],
        middleware=[
            Middleware(RequestLog),
            # A foreign web page must not reach the lab through a name that resolves to loopback.
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS),
        ],
        exception_handlers={404: nowhere, 405: nowhere},
        lifespan=running,
    )


def _by_path(routes: list[Route]) -> list[Route]:
    """Routes with greedy parameters last, so that they hide no others."""
    return sorted(routes, key=lambda route: (":path}" in route.path, route.path.endswith(":path}")))


def _route(store: Store, courier: Courier, operation: Operation, handler: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        headers: dict[str, str] = {}
        token = None
        try:
            read = authenticate_app if operation.app else authenticate
            token = read(store, request.headers.get("Authorization"))
            # Source: GitHub, "REST API endpoints for rate limits".
            if operation.path != RATE_LIMIT:
                headers |= count(token)
            authorize(operation, token)
            body = read_body(operation, await request.body())
            answer = await handler(Call(store, courier, request, token, body))
        except GitHubError as failure:
            answer = Answer(failure.status, failure.body())
        except ContractError as failure:
            return _broken(request, failure)
        if token is not None and token.rights is Rights.BOT:
            headers["X-OAuth-Scopes"] = BOT_SCOPES
        if operation.permission:
            headers["X-Accepted-GitHub-Permissions"] = operation.permission
        try:
            check_answer(operation, answer.status, answer.raw())
        except ContractError as failure:
            return _broken(request, failure)
        return _respond(request, answer, headers)

    return Route(operation.path, endpoint, methods=[operation.method])


def _broken(request: Request, failure: ContractError) -> Response:
    """An error of the double itself; the answer is 500, so that no test can miss it."""
    print(f"CONTRACT {failure}", flush=True)
    message = f"The double broke GitHub's contract: {failure}"
    return _respond(request, Answer(500, {"message": message}))


def _respond(
    request: Request | None, answer: Answer, headers: dict[str, str] | None = None
) -> Response:
    """The HTTP answer with GitHub's headers; 304 if the client has the same one already."""
    raw = answer.raw()
    sent = {
        "X-GitHub-Request-Id": uuid.uuid4().hex.upper()[:24],
        "X-GitHub-Api-Version-Selected": API_VERSION,
        "X-GitHub-Media-Type": "github.v3; format=json",
        "Server": "github.com",
        **(headers or {}),
        **answer.headers,
    }
    status = answer.status
    if request is not None and request.method == "GET" and status == 200:
        sent["ETag"] = f'W/"{hashlib.sha256(raw).hexdigest()}"'
        sent["Cache-Control"] = "private, max-age=60, s-maxage=60"
        known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
        if sent["ETag"] in known or sent["ETag"].removeprefix("W/") in known:
            status, raw = 304, b""
    media = "application/json; charset=utf-8" if raw else None
    return Response(raw, status, sent, media_type=media)
