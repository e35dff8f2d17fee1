"""How GitHub is asked: an unchanged answer is not sent again, and a refusal is one sentence without a secret."""

from datetime import UTC, datetime

import httpx2
import pytest

from fluxhook.sides.github import NotFound, Unanswered
from tests.unit.watching.conftest import Made, delivery

HOOK = "/repos/o/r/hooks/1"


def test_an_answer_that_has_not_changed_is_not_sent_again(github: Made) -> None:
    asked: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.headers.get("If-None-Match"))
        if request.headers.get("If-None-Match") == 'W/"1"':
            return httpx2.Response(304)
        return httpx2.Response(200, json={"sha": "1"}, headers={"ETag": 'W/"1"'})

    client = github(answer)
    assert client.get("/a") == client.get("/a") == {"sha": "1"}
    assert client.get("/b") == {"sha": "1"}
    assert asked == [None, 'W/"1"', None]


@pytest.mark.parametrize(
    ("code", "headers", "told"),
    [
        (401, {}, "GitHub: refuses the token in $GITHUB_TOKEN (401); it is wrong, expired"),
        (403, {}, "GitHub answers 403 for /repos/o/r: $GITHUB_TOKEN has no right to do so"),
        (403, {"X-RateLimit-Remaining": "0"}, "GitHub: the rate limit of the token in"),
        (429, {"Retry-After": "7"}, "GitHub: the rate limit of the token in"),
        (500, {}, "GitHub: answers 500; see https://www.githubstatus.com"),
    ],
)
def test_a_refusal_says_why(github: Made, code: int, headers: dict[str, str], told: str) -> None:
    client = github(lambda request: httpx2.Response(code, headers=headers))
    with pytest.raises(Unanswered) as refused:
        client.get("/repos/o/r?per_page=1")
    assert str(refused.value).startswith(told)
    assert not isinstance(refused.value, NotFound)


def test_what_is_not_there_is_told_apart(github: Made) -> None:
    client = github(lambda request: httpx2.Response(404))
    with pytest.raises(NotFound, match="has no right on it"):
        client.get("/repos/o/r")


def test_no_answer_tells_nothing_of_the_request(github: Made) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"{request.url} failed")

    with pytest.raises(Unanswered) as silent:
        github(fail).get("/secret")
    assert str(silent.value) == "GitHub does not answer (ConnectError): look at $GITHUB_BASE_URL"
    with pytest.raises(Unanswered, match="ConnectError"):
        list(github(fail).deliveries_since(HOOK, datetime.min))


def test_deliveries_are_read_page_after_page_until_they_are_too_old(github: Made) -> None:
    pages = {
        None: ([delivery(9, 200), delivery(8, 200)], "v1_8"),
        "v1_8": ([delivery(7, 200), delivery(2, 500)], "v1_2"),
    }
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(cursor := request.url.params.get("cursor"))
        items, following = pages[cursor]
        link = f'<{request.url.copy_merge_params({"cursor": following})}>; rel="next"'
        return httpx2.Response(200, json=items, headers={"Link": link})

    since = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
    found = list(github(answer).deliveries_since(HOOK, since))
    assert [each.id for each in found] == [9, 8, 7]
    assert asked == [None, "v1_8"]


def test_a_refused_list_of_deliveries_says_why(github: Made) -> None:
    client = github(lambda request: httpx2.Response(404))
    with pytest.raises(NotFound):
        list(client.deliveries_since(HOOK, datetime.min))
