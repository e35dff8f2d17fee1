"""One call of an operation, as its handler sees it, and the list of all operations."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from pydantic import BaseModel
from starlette.requests import Request

from lab.github.api.access import sees
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import Operation
from lab.github.model.records import Account
from lab.github.model.store import Hook, Repository, Store, Token
from lab.github.webhooks.courier import Courier

Body = TypeVar("Body", bound=BaseModel)
Item = TypeVar("Item")

PER_PAGE = 30
"""GitHub's page size where a request names none; at most 100."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, JSON document (None for an empty body) and extra headers."""

    status: int
    document: JsonObject | list[JsonObject] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        """The body as it is sent."""
        return b"" if self.document is None else json.dumps(self.document).encode()


@dataclass(frozen=True)
class Call:
    """A call that passed authentication, rights and the request contract."""

    store: Store
    courier: Courier
    request: Request
    token: Token | None
    body: BaseModel | None

    def read(self, model: type[Body]) -> Body:
        """The request body, typed."""
        if not isinstance(self.body, model):
            raise TypeError(f"the operation's body is not a {model.__name__}")
        return self.body

    @property
    def caller(self) -> Token:
        """The token of an operation that takes one."""
        if self.token is None:
            raise GitHubError(401, "Requires authentication")
        return self.token

    def text(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A numeric parameter of the path."""
        return int(self.request.path_params[name])

    def repository(self) -> Repository:
        """The repository the path names.

        Raises:
            GitHubError: 404, it does not exist or the caller may not see it.
        """
        found = self.store.repository(self.text("owner"), self.text("repo"))
        if found is None or not sees(self.token, found):
            raise not_found()
        return found

    def hook(self) -> Hook:
        """The webhook the path names.

        Raises:
            GitHubError: 404, there is none.
        """
        found = self.repository().hooks.get(self.number("hook_id"))
        if found is None:
            raise not_found()
        return found

    def page_size(self) -> int:
        """`per_page` of the query."""
        return max(1, min(100, self._query_number("per_page", PER_PAGE)))

    def page(self, items: Sequence[Item], show: Callable[[Item], JsonObject]) -> Answer:
        """One page of a list, with GitHub's Link header."""
        size = self.page_size()
        page = max(1, self._query_number("page", 1))
        last = max(1, -(-len(items) // size))
        links: dict[str, int] = {}
        if page > 1:
            links |= {"prev": min(page - 1, last), "first": 1}
        if page < last:
            links |= {"next": page + 1, "last": last}
        shown = [show(item) for item in items[(page - 1) * size : page * size]]
        return Answer(200, shown, self.link({rel: {"page": str(n)} for rel, n in links.items()}))

    def link(self, relations: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        """A Link header: for each relation the called URL with changed query parameters."""
        url = self.request.url.replace(scheme="http", netloc=f"127.0.0.1:{self.store.config.port}")
        links = [
            f'<{url.include_query_params(**changed)}>; rel="{relation}"'
            for relation, changed in relations.items()
        ]
        return {"Link": ", ".join(links)} if links else {}

    def _query_number(self, name: str, default: int) -> int:
        value = self.request.query_params.get(name, "")
        return int(value) if value.isdecimal() else default


def acting_user(call: Call) -> Account:
    """The user whose keys a call is about.

    Raises:
        GitHubError: 403, an App or an organisation has no keys of its own.
    """
    account = call.caller.account
    if not account.is_user:
        raise GitHubError(403, "Resource not accessible by integration")
    return account


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]

ENDPOINTS: list[tuple[Operation, Handler]] = []
"""Every operation that the double serves, with its handler; filled by importing `rest`."""


def handles(operation: Operation) -> Callable[[Handler], Handler]:
    """Registers the decorated function as the handler of an operation."""

    def register(handler: Handler) -> Handler:
        ENDPOINTS.append((operation, handler))
        return handler

    return register
