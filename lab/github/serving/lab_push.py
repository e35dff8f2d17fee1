"""`POST /_lab/repos/{owner}/{repo}/push`: the lab's own way to push; GitHub has no such call.

`fluxhook lab push` uses it. The body is LabPush, the answer {"sha": commit id}; webhooks fire as
for any push. It takes the organisation's token.
"""

import asyncio
import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lab.github.api.access import allows, authenticate
from lab.github.git.reading import Person, Push
from lab.github.git.writing import Moved, commit_files
from lab.github.model.errors import GitHubError, not_found
from lab.github.model.records import Account
from lab.github.model.store import Repository, Store
from lab.github.webhooks.announce import announce
from lab.github.webhooks.courier import Courier

BRANCH = r"[A-Za-z0-9_][A-Za-z0-9._/-]*"
TRIES = 5


class Author(BaseModel):
    """Who a commit is by."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=r"^[^<>\n]+$")
    email: str = Field(pattern=r"^[^<>\s]+$")


class LabPush(BaseModel):
    """One commit to make: files by path, where null deletes the path."""

    model_config = ConfigDict(extra="forbid", strict=True)

    branch: str = Field(pattern=f"^{BRANCH}$")
    message: str = Field(min_length=1)
    files: dict[str, str | None]
    author: Author | None = None


def lab_push_route(store: Store, courier: Courier) -> Route:
    """Makes the route."""

    async def endpoint(request: Request) -> Response:
        try:
            token = authenticate(store, request.headers.get("Authorization"))
            if token is None:
                raise GitHubError(401, "Requires authentication")
            if not allows(token, "contents=write"):
                raise GitHubError(403, "A push takes the organisation's token.")
            names = request.path_params
            repository = store.repository(names["owner"], names["repo"])
            if repository is None:
                raise not_found()
            order = _read(await request.body())
            async with repository.commits:
                moved = await asyncio.to_thread(_commit, repository, order, token.account)
            announce(store, courier, repository, [moved], token.account)
        except GitHubError as failure:
            return JSONResponse(failure.body(), failure.status)
        return JSONResponse({"sha": moved.after}, 201)

    return Route("/_lab/repos/{owner}/{repo}/push", endpoint, methods=["POST"])


def _read(raw: bytes) -> LabPush:
    try:
        order = LabPush.model_validate_json(raw)
    except ValidationError as failure:
        places = {str(item["loc"][0]) if item["loc"] else "body" for item in failure.errors()}
        raise GitHubError(422, f"Invalid request: {', '.join(sorted(places))}") from None
    if ".." in order.branch or re.search(r"(\.|/|\.lock)$", order.branch):
        raise GitHubError(422, "Invalid request: branch")
    return order


def _commit(repository: Repository, order: LabPush, by: Account) -> Push:
    """Commits; tries again if another push has moved the branch."""
    author = Person(by.login, f"{by.login}@users.noreply.github.com")
    if order.author is not None:
        author = Person(order.author.name, order.author.email)
    for _ in range(TRIES):
        try:
            return commit_files(
                repository.path,
                order.branch,
                repository.default_branch,
                order.message,
                order.files,
                author,
            )
        except Moved:
            continue
        except (ValueError, KeyError) as failure:
            raise GitHubError(422, f"Invalid request: files ({failure})") from None
    raise GitHubError(409, "The branch moves faster than the lab can commit.")
