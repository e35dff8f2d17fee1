"""GitHub's REST interface as the checks ask it: where the provider asks, once, and with a short limit."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from preflight.findings import Finding, Level, Unanswered
from recovery.github import OWNER, connected, refusal

if TYPE_CHECKING:
    import httpx2

SUBJECT = "GitHub"
ANSWER_TIMEOUT = 8.0
"""Seconds that GitHub has for an answer."""
REFUSED = (403, 404)
"""Statuses with which GitHub answers a token that has not the right: 404 where it does not even admit that there is
something. Source: REST, "Troubleshooting the REST API", "404 Not Found for an existing resource".
"""


class GitHub:
    """GitHub with the token of one variable; safe for use from many threads."""

    def __init__(
        self, variable: str = OWNER, transport: "httpx2.BaseTransport | None" = None
    ) -> None:
        """Take the variable with the token; nothing is asked yet."""
        self.variable, self._transport = variable, transport

    @property
    def has_token(self) -> bool:
        """Whether the variable has a token."""
        return bool(os.environ.get(self.variable))

    def get(self, path: str, **query: Any) -> "httpx2.Response":
        """Return the answer to a GET, whether it is a refusal or not; redirects are followed.

        Raises:
            Unanswered: the token is wrong, the rate limit used up, or there is no answer.
        """
        return self._ask("GET", path, params=query)

    def try_post(self, path: str, body: object) -> "httpx2.Response":
        """Return the answer to a POST that GitHub refuses as incomplete, after it has looked at the token's right.

        Raises:
            Unanswered: as `get`.
        """
        return self._ask("POST", path, json=body)

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        if client := self.__dict__.pop("_client", None):
            client.close()

    def _ask(self, method: str, path: str, **options: Any) -> "httpx2.Response":
        import httpx2

        try:
            answer = self._client.request(method, path, **options)
        except httpx2.TimeoutException:
            problem = f"gives no answer within {ANSWER_TIMEOUT:g} s"
            raise Unanswered(Finding(SUBJECT, problem, level=Level.WARNING)) from None
        except httpx2.HTTPError as error:
            problem = f"{self._client.base_url.host} cannot be reached ({type(error).__name__})"
            fix = "look at the network, the proxy and $GITHUB_BASE_URL"
            raise Unanswered(Finding(SUBJECT, problem, fix, Level.UPDATE)) from None
        _refuse(self.variable, answer)
        return answer

    @cached_property
    def _client(self) -> "httpx2.Client":
        return connected(self.variable, ANSWER_TIMEOUT, True, self._transport)


def _refuse(variable: str, answer: "httpx2.Response") -> None:
    if said := refusal(variable, answer):
        level = Level.FAULT if answer.status_code == 401 else Level.UPDATE
        raise Unanswered(
            Finding(SUBJECT, *said, Level.WARNING if answer.is_server_error else level)
        )
