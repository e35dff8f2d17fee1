"""The steps of something that was pushed, each shown with its time as soon as it is known."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.live import Live
from rich.table import Table
from tenacity import AsyncRetrying, TryAgain, retry_if_exception_type, wait_fixed

from fluxhook.demo.flux import short
from fluxhook.demo.timeline import APPLY_TIMEOUT, Watches, since
from lab.run.directory import LabError

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Step:
    """A step that was reached, and when; `sha` is the commit that was seen there, if any."""

    at: datetime
    name: str
    sha: str = ""
    failed: str = ""
    """What went wrong there, if anything."""


class Delivery(BaseModel):
    """One entry of GitHub's `GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries`."""

    id: int
    event: str
    delivered_at: datetime
    duration: float
    """Seconds until the receiver answered."""
    status: str
    status_code: int


def total(began: datetime, steps: list[Step]) -> int:
    """Milliseconds from `began` to the last step."""
    return since(began, max(step.at for step in steps))


async def show(
    console: Console, began: datetime, steps: list[Step], more: AsyncIterator[Step]
) -> None:
    """Shows `steps`, appends each step of `more` when it is reached, and shows all in the order of their times.

    A terminal shows each at once and puts it into its place; elsewhere a line cannot move, so all come in the end.

    Raises:
        LabError: A place was not reached, or something went wrong in a step. The steps are shown before.
    """

    def table(*shown: Step) -> Table:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(justify="right", min_width=8)
        grid.add_column(min_width=len("GitRepository has the commit"))
        for step in sorted(shown, key=lambda step: step.at):
            style = "red" if step.failed else None
            cells = (f"{since(began, step.at)} ms", step.name, short(step.sha))
            grid.add_row(*cells, style=style)
        return grid

    live = Live(table(*steps), console=console) if console.is_terminal else None
    try:
        with live or nullcontext():
            async for step in more:
                steps.append(step)
                if live:
                    live.update(table(*steps))
    finally:
        if not live:
            console.print(table(*steps))
    if wrong := [step.failed for step in steps if step.failed]:
        raise LabError(f"✗ {'; '.join(wrong)}")


async def follow(
    pushed: str, waits: Mapping[str, Awaitable[list[Step]]], last_seen: Callable[[], str]
) -> AsyncIterator[Step]:
    """Yields the steps after a push, each as soon as it is reached.

    Args:
        pushed: Names the commit or tag that was pushed, for the error message.
        waits: By the name of each place, an awaitable that returns the steps reached there.
        last_seen: Returns the last commit or tag seen at each place, for the error message.

    Raises:
        LabError: A place was not reached within `APPLY_TIMEOUT`; the message names it.
    """
    tasks = {name: asyncio.ensure_future(wait) for name, wait in waits.items()}
    try:
        async with asyncio.timeout(APPLY_TIMEOUT):
            for done in asyncio.as_completed(tasks.values()):
                for reached in await done:
                    yield reached
    except TimeoutError:
        late = ", ".join(name for name, task in tasks.items() if not task.done())
        message = f"✗ {pushed} has not reached {late} after {APPLY_TIMEOUT:.0f} s; {last_seen()}"
        raise LabError(message) from None
    finally:
        for task in tasks.values():
            task.cancel()
        # Collects further errors; otherwise asyncio would print a traceback for each of them.
        await asyncio.gather(*tasks.values(), return_exceptions=True)


def seen_commits(watches: Watches, applied_by: str) -> str:
    """Describes the commits that Flux has fetched and applied last, for an error message."""
    fetched, applied = (each.last or "nothing" for each in (watches.fetched, watches.applied))
    return f"GitRepository has {fetched}, {applied_by} {applied}"


async def poll(ask: Callable[[], Answer]) -> Answer:
    """Calls `ask` until it no longer raises `TryAgain`: GitHub's API has no watches."""
    attempts = AsyncRetrying(retry=retry_if_exception_type(TryAgain), wait=wait_fixed(0.05))
    answer: Answer = await attempts(asyncio.to_thread, ask)
    return answer


def hook_path(github: httpx2.Client, repository: str) -> str:
    """The path of the repository's push webhook in GitHub's API.

    Raises:
        LabError: The repository has no webhook for pushes that is active.
    """
    path = f"/repos/{repository}/hooks"
    for each in github.get(path).raise_for_status().json():
        if each["active"] and "push" in each["events"]:
            return f"{path}/{each['id']}"
    message = f"{repository} has no active webhook; run `make up`"
    raise LabError(message)


async def delivery_steps(github: httpx2.Client, hook: str, sha: str) -> list[Step]:
    """Waits until GitHub has delivered a commit; returns when it was sent and when it was answered.

    GitHub records a delivery when it is answered.
    """
    deliveries = f"{hook}/deliveries"
    other_pushes: set[int] = set()

    def ask() -> Delivery:
        answer = github.get(deliveries, params={"per_page": 10}).raise_for_status()
        for each in TypeAdapter(list[Delivery]).validate_python(answer.json()):
            if each.event == "push" and each.id not in other_pushes:
                detail = github.get(f"{deliveries}/{each.id}").raise_for_status().json()
                if detail["request"]["payload"]["after"] == sha:
                    return each
                other_pushes.add(each.id)
        raise TryAgain

    delivery = await poll(ask)
    answered = delivery.delivered_at + timedelta(seconds=delivery.duration)
    return [Step(delivery.delivered_at, "delivery sent", sha), _answer(delivery, answered, sha)]


def _answer(delivery: Delivery, at: datetime, sha: str) -> Step:
    """The step in which the receiver answered, or in which GitHub gave up."""
    if delivery.status_code == httpx2.codes.OK:
        return Step(at, "receiver answered 200", sha)
    # What is no answer of the receiver, GitHub tells in its own words.
    answered = delivery.status.startswith("Invalid HTTP Response")
    name = f"receiver answered {delivery.status_code}" if answered else delivery.status
    consequence = "polling brought the commit, not the push; `fluxhook verify` names the fault"
    return Step(at, name, sha, f"{name}: {consequence}")
