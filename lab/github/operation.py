"""What the double knows of one operation of GitHub's REST API."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

REPOSITORY = "/repos/{owner}/{repo}"


@dataclass(frozen=True)
class Operation:
    """One operation: its route, the permission it takes, its body and its answers by status.

    `None` as an answer means an empty body; `app` takes a GitHub App's JSON web token alone.
    """

    name: str
    method: str
    path: str
    permission: str
    answers: Mapping[int, object]
    body: type[BaseModel] | None = None
    anonymous: bool = field(default=False, kw_only=True)
    app: bool = field(default=False, kw_only=True)
