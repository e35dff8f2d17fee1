"""Deliveries: one event is one guid, and what succeeded later has not failed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from fluxhook.sides.github import GitHub
from fluxhook.sides.waiting import Deadline
from fluxhook.watching.deliveries import Event, events, moment, redelivered
from tests.unit.watching.conftest import Made, delivery

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOOKS = {"o/r": "1"}


def read(client: GitHub, hooks: Mapping[str, str] = HOOKS) -> list[Event]:
    return [event for some in events(client, hooks, LONG_AGO) for event in some]


def listing(*items: dict[str, object]) -> httpx2.Response:
    return httpx2.Response(200, json=list(items))


def test_attempts_of_one_event_belong_together_and_a_later_success_counts(github: Made) -> None:
    answer = listing(
        delivery(5, 200, "again", redelivery=True),
        delivery(4, 500, "lost"),
        delivery(3, 504, "again", status="timed out"),
        delivery(1, 200, "well"),
    )
    found = {each.newest.guid: each for each in read(github(lambda request: answer))}
    assert {guid: each.succeeded for guid, each in found.items()} == {
        "again": True,
        "lost": False,
        "well": True,
    }
    assert [each.answer for each in found["again"].attempts] == ["timed out", "200"]


@pytest.mark.parametrize(("code", "well"), [(200, True), (204, True), (302, True), (404, False)])
def test_what_counts_as_delivered_is_what_github_counts(
    github: Made, code: int, well: bool
) -> None:
    (event,) = read(github(lambda request: listing(delivery(1, code))))
    assert event.succeeded is well


def test_every_webhook_is_asked(github: Made) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        number = int(request.url.path.split("/")[-2])
        return listing(delivery(number, 200))

    found = read(github(answer), {"o/a": "1", "o/b": "2", "p/c": "3"})
    assert {(each.repository, each.newest.id) for each in found} == {
        *(("o/a", 1), ("o/b", 2), ("p/c", 3)),
    }


def test_the_newest_attempt_is_sent_again_and_its_answer_is_waited_for(github: Made) -> None:
    items = [delivery(2, 500, "lost"), delivery(1, 500, "lost")]
    posted = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            posted.append(request.url.path)
            items.insert(0, delivery(3, 200, "lost", redelivery=True))
            return httpx2.Response(202, json={})
        return listing(*items)

    client = github(answer)
    (event,) = redelivered(client, read(client), Deadline.after(5))
    assert posted == ["/api/v3/repos/o/r/hooks/1/deliveries/2/attempts"]
    assert [each.id for each in event.attempts] == [1, 2, 3]
    assert event.succeeded


def test_an_attempt_that_is_not_recorded_in_time_has_not_succeeded(github: Made) -> None:
    client = github(lambda request: listing(delivery(1, 500)))
    (event,) = redelivered(client, read(client), Deadline.after(0))
    assert [each.id for each in event.attempts] == [1]
    assert not event.succeeded


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("30s", timedelta(seconds=30)),
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("3d", timedelta(days=3)),
    ],
)
def test_a_moment_is_written_as_a_duration(text: str, ago: timedelta) -> None:
    before = datetime.now(UTC)
    assert before - ago <= moment(text) <= datetime.now(UTC) - ago


@pytest.mark.parametrize("text", ["", "3", "d", "3w", "-1h", "1h30m", "10000d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration; write one such as 90m"):
        moment(text)
