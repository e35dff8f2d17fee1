"""GitHub as these verbs ask it: with conditions, so that an unchanged answer costs nothing of the rate limit."""

import os
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx2
from pydantic import BaseModel, TypeAdapter

from fluxhook.errors import Refusal
from recovery import github

WORKERS = 16
"""Applications that are asked about at once. GitHub takes 100 requests at a time (REST, "Rate limits")."""
REASONS = {
    403: "$GITHUB_TOKEN has no right to do so",
    404: "it does not exist, or $GITHUB_TOKEN has no right on it",
}


class Unanswered(Exception):
    """A side of the chain that could not be asked; the message says which and why, and has no secret."""


class NotFound(Unanswered):
    """GitHub says that there is no such thing, or that the token may not see it."""


class Delivery(BaseModel):
    """One entry of GitHub's `GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries`."""

    id: int
    guid: str
    delivered_at: datetime
    event: str
    status: str
    """`OK`, `Invalid HTTP Response: CODE`, or in GitHub's words why nobody answered."""
    status_code: int
    """The receiver's, or GitHub's own, such as 502 and 504, if nobody answered."""
    redelivery: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether GitHub counts it as delivered. Source: REST, "List deliveries for a repository webhook", status."""
        return 200 <= self.status_code < 400

    @property
    def answered(self) -> bool:
        """Whether the receiver has answered, well or not."""
        return self.succeeded or self.status.startswith("Invalid HTTP Response")

    @property
    def answer(self) -> str:
        """The receiver's status code, or why there is none."""
        return str(self.status_code) if self.answered else self.status


Deliveries = TypeAdapter(list[Delivery])


class GitHub:
    """GitHub's REST interface with the token of the repositories' owner; safe for use from many threads."""

    def __init__(self, client: httpx2.Client | None = None) -> None:
        """Ask by `client`; by default where and with which token the provider asks.

        Raises:
            Refusal: there is no token.
        """
        if not (client or os.environ.get(github.OWNER)):
            raise Refusal(f"${github.OWNER} is not set; set the token of the repositories' owner")
        self._client = client or github.connected()
        self._known: dict[str, httpx2.Response] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "GitHub":
        """Use it in a `with`, which closes its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str) -> Any:
        """Return the document at a path. One that has not changed since the last time is not sent again.

        Raises:
            Unanswered: GitHub refused, or did not answer.
        """
        with self._lock:
            known = self._known.get(path)
        headers = {"If-None-Match": known.headers["ETag"]} if known else {}
        answer = self._send("GET", path, headers)
        if known and answer.status_code == httpx2.codes.NOT_MODIFIED:
            return known.json()
        if "ETag" in answer.headers:
            with self._lock:
                self._known[path] = answer
        return answer.json()

    def post(self, path: str) -> None:
        """Send a POST without a body.

        Raises:
            Unanswered: GitHub refused, or did not answer.
        """
        self._send("POST", path, {})

    def deliveries(self, hook: str, newest: int = 30) -> list[Delivery]:
        """Return the newest deliveries of a webhook, the newest first.

        Raises:
            Unanswered: GitHub refused, or did not answer.
        """
        return Deliveries.validate_python(self.get(f"{hook}/deliveries?per_page={newest}"))

    def deliveries_since(self, hook: str, since: datetime) -> Iterator[Delivery]:
        """Yield the deliveries of a webhook from the newest back to a time.

        Raises:
            Unanswered: GitHub refused, or did not answer.
        """
        try:
            for found in github.listed(self._client, f"{hook}/deliveries"):
                delivery = Delivery.model_validate(found)
                if delivery.delivered_at < since:
                    return
                yield delivery
        except httpx2.HTTPStatusError as error:
            raise _refused(error.response, hook) from None
        except httpx2.HTTPError as error:
            raise _silent(error) from None

    def _send(self, method: str, path: str, headers: dict[str, str]) -> httpx2.Response:
        try:
            answer = self._client.request(method, path, headers=headers)
        except httpx2.HTTPError as error:
            raise _silent(error) from None
        if answer.is_success or answer.status_code == httpx2.codes.NOT_MODIFIED:
            return answer
        raise _refused(answer, path)


def _silent(error: Exception) -> Unanswered:
    # Its type alone: a text may quote what was sent.
    return Unanswered(f"GitHub does not answer ({type(error).__name__}): look at $GITHUB_BASE_URL")


def _refused(answer: httpx2.Response, path: str) -> Unanswered:
    code, where = answer.status_code, path.partition("?")[0]
    if said := github.refusal(github.OWNER, answer):
        return Unanswered(f"GitHub: {'; '.join(said)}")
    reason = REASONS.get(code, "")
    kind = NotFound if code == httpx2.codes.NOT_FOUND else Unanswered
    return kind(f"GitHub answers {code} for {where}" + (f": {reason}" if reason else ""))
