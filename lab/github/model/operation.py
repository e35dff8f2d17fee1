"""One operation of GitHub's REST API: its route, its permission and its models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

REPOSITORY = "/repos/{owner}/{repo}"
HOOK = f"{REPOSITORY}/hooks/{{hook_id:int}}"

RATE_LIMIT = "/rate_limit"


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: GitHub's operation id.
        method: The HTTP method.
        path: The route, with typed parameters as Starlette reads them.
        permission: What a token needs; the REST pages list it for each call, and the header
            X-Accepted-GitHub-Permissions carries it.
        answers: The model of the body by status; None means an empty body.
        body: The model of the request's body.
        anonymous: Whether it may be called without a token.
        app: Whether it takes a GitHub App's JSON web token, and nothing else.
    """

    name: str
    method: str
    path: str
    permission: str
    answers: Mapping[int, object]
    body: type[BaseModel] | None = None
    anonymous: bool = field(default=False, kw_only=True)
    app: bool = field(default=False, kw_only=True)
