"""What a demo shows and how it ends: steps in the order of their times, and no success that polling has brought."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from rich.console import Console

from fluxhook.demo.flux import Status
from fluxhook.demo.steps import Step, delivery_steps, show
from lab.run.directory import LabError

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SHA = "0123456789abcdef" * 2 + "01234567"


def after(milliseconds: int) -> datetime:
    return BEGAN + timedelta(milliseconds=milliseconds)


def shown(steps: Sequence[Step], *, terminal: bool) -> tuple[list[str], str]:
    """The lines in the end, and the error."""

    async def arriving() -> AsyncIterator[Step]:
        for step in steps:
            yield step

    console = Console(file=io.StringIO(), width=100, force_terminal=terminal, color_system=None)
    try:
        asyncio.run(show(console, BEGAN, [], arriving()))
        error = ""
    except LabError as raised:
        error = str(raised)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    # A terminal gets the whole table anew for each step; the last one counts.
    return [line for line in text.splitlines() if " ms" in line][-len(steps) :], error


@pytest.mark.parametrize("terminal", [True, False])
def test_steps_are_shown_in_the_order_of_their_times(terminal: bool) -> None:
    arriving = [Step(after(30), "third"), Step(after(10), "first"), Step(after(20), "second")]
    lines, error = shown(arriving, terminal=terminal)
    assert [line.split()[-1] for line in lines] == ["first", "second", "third"]
    assert not error


def test_a_step_that_failed_ends_the_demo_after_all_steps_are_shown() -> None:
    lines, error = shown([Step(after(2), "b"), Step(after(1), "a", failed="no")], terminal=False)
    assert len(lines) == 2
    assert error == "✗ no"


def delivered(code: int, status: str) -> list[Step]:
    """The steps of a delivery that GitHub recorded so."""
    item = {"id": 7, "event": "push", "delivered_at": "2026-01-01T00:00:00Z", "duration": 0.5}

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/7"):
            return httpx2.Response(200, json={"request": {"payload": {"after": SHA}}})
        return httpx2.Response(200, json=[item | {"status_code": code, "status": status}])

    with httpx2.Client(transport=httpx2.MockTransport(answer), base_url="http://github") as github:
        return asyncio.run(delivery_steps(github, "/hook", SHA))


def test_a_receiver_that_answers_200_has_brought_the_commit() -> None:
    sent, answered = delivered(200, "OK")
    assert (answered.name, answered.failed) == ("receiver answered 200", "")
    assert answered.at - sent.at == timedelta(seconds=0.5)


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        (500, "Invalid HTTP Response: 500", "receiver answered 500: polling brought the commit"),
        (504, "timed out", "timed out: polling brought the commit"),
    ],
)
def test_a_receiver_that_refused_has_not(code: int, status: str, told: str) -> None:
    _, answered = delivered(code, status)
    assert answered.failed.startswith(told)


def test_a_release_has_the_commit_of_its_chart_once_it_is_deployed() -> None:
    def commit(status: str) -> str:
        history = [{"status": status, "chartVersion": f"0.1.0+{SHA[:12]}.1"}]
        return Status.model_validate({"history": history}).commit

    assert commit("deployed") == SHA[:12]
    assert commit("failed") == ""
    assert Status.model_validate({"lastAppliedRevision": f"main@sha1:{SHA}"}).commit == SHA[:12]
    assert Status.model_validate({}).commit == ""
