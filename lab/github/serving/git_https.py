"""Git over HTTPS: `https://github.com/{owner}/{repo}[.git]`, by git's own `http-backend`.

Credentials are HTTP Basic: any user name, and a token as the password (GitHub, "Authenticating as
a GitHub App installation", HTTP-based Git access). A public repository is read without any.
"""

import base64
import binascii
from email.parser import BytesHeaderParser
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from lab.github.api.access import allows, find_token, sees
from lab.github.git.service import SERVICES, Run, run, write_hooks
from lab.github.model.contract import ContractError
from lab.github.model.store import Repository, Store, Token
from lab.github.webhooks.announce import announce
from lab.github.webhooks.courier import Courier

HOST = "github.com"

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="GitHub"'}
_BAD_CREDENTIALS = (
    "Invalid username or token. Password authentication is not supported for Git operations.\n"
)


class _RefusedError(Exception):
    """An answer that replaces git's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        headers = _CHALLENGE if status == 401 else {}
        self.answer = PlainTextResponse(text, status, headers)


def make_router(store: Store, courier: Courier) -> Router:
    """Makes the routes of smart HTTP (gitprotocol-http): discovery and the two services."""
    hooks = write_hooks(store.config.directory)

    async def endpoint(request: Request) -> Response:
        asked = request.path_params.get("service") or request.query_params.get("service", "")
        try:
            if asked not in SERVICES:
                raise _RefusedError(403, "Please upgrade your git client.\n")
            token = _caller(store, request)
            repository = _admit(store, request, token, asked)
            with run(hooks) as git:
                answer = await _serve(git, request, repository)
                moved = git.moved()
            if moved and token is not None:
                announce(store, courier, repository, moved, token.account)
        except _RefusedError as refusal:
            return refusal.answer
        except ContractError as failure:
            print(f"CONTRACT {failure}", flush=True)
            return PlainTextResponse("The double broke GitHub's contract.\n", 500)
        return answer

    return Router(
        [
            Route("/{owner}/{repo}/info/refs", endpoint),
            Route("/{owner}/{repo}/{service}", endpoint, methods=["POST"]),
        ]
    )


def _caller(store: Store, request: Request) -> Token | None:
    """The token of the password; None without credentials."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    try:
        _, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        password = ""
    found = find_token(store, password)
    if found is None or scheme.lower() != "basic":
        raise _RefusedError(401, _BAD_CREDENTIALS)
    return found


def _admit(store: Store, request: Request, token: Token | None, service: str) -> Repository:
    """The repository, if the caller may use the service there."""
    names = request.path_params
    found = store.repository(names["owner"], names["repo"].removesuffix(".git"))
    if found is None or not sees(token, found):
        # Without credentials GitHub does not tell whether the repository exists.
        raise _RefusedError(404 if token else 401, "Repository not found.\n")
    if service == "git-receive-pack":
        if token is None:
            raise _RefusedError(401, "No anonymous write access.\n")
        if not allows(token, "contents=write"):
            denied = f"Permission to {found.full_name}.git denied to {token.account.login}.\n"
            raise _RefusedError(403, denied)
    elif found.private and token is not None and not allows(token, "contents=read"):
        raise _RefusedError(403, "Write access to repository not granted.\n")
    return found


async def _serve(git: Run, request: Request, repository: Repository) -> Response:
    """Passes a request to git's CGI program and its answer back."""
    path = Path(repository.path)
    service = request.url.path.partition(request.path_params["repo"])[2]
    cgi = {
        "GIT_PROJECT_ROOT": str(path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{path.name}{service}",
        "QUERY_STRING": request.url.query,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        # The caller's rights are checked already; git refuses pushes without a user name.
        "REMOTE_USER": "git",
        "REMOTE_ADDR": "127.0.0.1",
    }
    child = await git.start("http-backend", environment=cgi)
    output, fault = await child.communicate(await request.body())
    head, _, body = output.partition(b"\r\n\r\n")
    headers = dict(BytesHeaderParser().parsebytes(head + b"\r\n\r\n").items())
    if not headers:
        print(f"git http-backend: {fault.decode(errors='replace')}", flush=True)
        return PlainTextResponse("git failed.\n", 500)
    status = int(headers.pop("Status", "200").split()[0])
    return Response(body, status, headers)
