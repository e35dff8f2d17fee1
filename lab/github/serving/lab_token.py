"""`POST /_lab/tokens`: makes a fine-grained token; on GitHub a person does that on a page.

The body is LabToken, the answer {"token": …}. It takes the organisation's token.
"""

import secrets
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lab.github.api.access import allows, authenticate
from lab.github.model.errors import GitHubError
from lab.github.model.store import Store, Token


class LabToken(BaseModel):
    """A token to make: the login that it acts as, and its permissions, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)

    login: str
    permissions: dict[str, Literal["read", "write"]]


def lab_token_route(store: Store) -> Route:
    """Makes the route."""

    async def endpoint(request: Request) -> Response:
        try:
            caller = authenticate(store, request.headers.get("Authorization"))
            if caller is None:
                raise GitHubError(401, "Requires authentication")
            if not allows(caller, "administration=write"):
                raise GitHubError(403, "This takes the organisation's token.")
            order = LabToken.model_validate_json(await request.body())
            account = store.accounts[order.login.lower()]
        except GitHubError as failure:
            return JSONResponse(failure.body(), failure.status)
        except (KeyError, ValidationError):
            return JSONResponse(GitHubError(422, "Invalid request").body(), 422)
        text = "github" + "_pat_" + secrets.token_hex(18)
        store.tokens[text] = Token(account, {"metadata": "read", **order.permissions})
        return JSONResponse({"token": text}, 201)

    return Route("/_lab/tokens", endpoint, methods=["POST"])
