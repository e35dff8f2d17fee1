"""GitHub as the verbs ask it, answered in the test."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from fluxhook.sides.github import GitHub

Answer = Callable[[httpx2.Request], httpx2.Response]
Made = Callable[[Answer], GitHub]


@pytest.fixture
def github() -> Iterator[Made]:
    """Makes a client whose requests go to a function."""
    clients = []

    def made(answer: Answer) -> GitHub:
        client = httpx2.Client(
            transport=httpx2.MockTransport(answer), base_url="http://github/api/v3"
        )
        clients.append(client)
        return GitHub(client)

    yield made
    for each in clients:
        each.close()


def delivery(number: int, code: int, guid: str = "a", **more: object) -> dict[str, object]:
    """A delivery of `number` minutes past midnight, as GitHub lists it."""
    return {
        "id": number,
        "guid": guid,
        "delivered_at": f"2026-01-01T00:{number:02}:00.000Z",
        "redelivery": False,
        "event": "push",
        "status": "OK" if code == 200 else f"Invalid HTTP Response: {code}",
        "status_code": code,
        **more,
    }
