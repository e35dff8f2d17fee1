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

from fluxhook.timeline import WITHIN, Watches, since
from lab.run import control
from lab.run.directory import LabDirectory, LabError, LabState

DIGITS = 12
"""How much of a commit's id a line shows."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Step:
    """A step that was reached; `sha` is the commit that was seen there, if one was."""

    at: datetime
    name: str
    sha: str = ""


class Delivery(BaseModel):
    """Of GitHub's `GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries`; `duration` in s."""

    id: int
    event: str
    delivered_at: datetime
    duration: float
    status_code: int


def running(lab: LabDirectory) -> LabState:
    """The lab that a demo needs.

    Raises:
        LabError: It does not run.
    """
    try:
        return control.running(lab)
    except LabError:
        message = "no lab runs here; run `make up`"
        raise LabError(message) from None


def total(began: datetime, steps: list[Step]) -> int:
    """Whole milliseconds until the last step."""
    return since(began, max(step.at for step in steps))


async def show(
    console: Console, began: datetime, steps: list[Step], more: AsyncIterator[Step]
) -> None:
    """Shows `steps`, and each of `more`, which it adds to them, when it comes."""

    def table(*shown: Step) -> Table:
        made = Table.grid(padding=(0, 2))
        made.add_column(justify="right", min_width=8)
        made.add_column(min_width=len("GitRepository has the commit"))
        for step in sorted(shown, key=lambda step: step.at):
            made.add_row(f"{since(began, step.at)} ms", step.name, step.sha[:DIGITS])
        return made

    live = Live(table(*steps), console=console) if console.is_terminal else None
    if live is None:
        console.print(table(*steps))
    with live or nullcontext():
        async for step in more:
            steps.append(step)
            if live is None:
                console.print(table(step))
            else:
                live.update(table(*steps))


async def follow(
    what: str, waits: Mapping[str, Awaitable[list[Step]]], instead: Callable[[], str]
) -> AsyncIterator[Step]:
    """The steps after a push, each when it is known.

    Args:
        what: Was pushed, for the message.
        waits: What waits for the steps at a place, by the place's name.
        instead: Says what the places have when not all was reached.

    Raises:
        LabError: A place was not reached in time; which, and what is there instead.
    """
    tasks = {name: asyncio.ensure_future(wait) for name, wait in waits.items()}
    try:
        async with asyncio.timeout(WITHIN):
            for done in asyncio.as_completed(tasks.values()):
                for reached in await done:
                    yield reached
    except TimeoutError:
        late = ", ".join(name for name, task in tasks.items() if not task.done())
        message = f"✘ {what} has not reached {late} after {WITHIN:.0f} s; {instead()}"
        raise LabError(message) from None
    finally:
        for task in tasks.values():
            task.cancel()
        # One that failed beside the first is no news, and asyncio would print its traceback.
        await asyncio.gather(*tasks.values(), return_exceptions=True)


def commits(watches: Watches) -> str:
    """What Flux has, for the message that something has not been reached."""
    fetched, applied = (
        each.last[:DIGITS] or "nothing" for each in (watches.fetched, watches.applied)
    )
    return f"GitRepository has {fetched}, Kustomization {applied}"


async def asked(look: Callable[[], Answer]) -> Answer:
    """Asks GitHub, which cannot be watched, until `look` raises `TryAgain` no longer."""
    attempts = AsyncRetrying(retry=retry_if_exception_type(TryAgain), wait=wait_fixed(0.05))
    found: Answer = await attempts(asyncio.to_thread, look)
    return found


def hook(github: httpx2.Client, repository: str) -> str:
    """The path of the repository's webhook for pushes.

    Raises:
        LabError: It has none, or it is switched off.
    """
    path = f"/repos/{repository}/hooks"
    for each in github.get(path).raise_for_status().json():
        if each["active"] and "push" in each["events"]:
            return f"{path}/{each['id']}"
    message = f"{repository} has no active webhook; run `make up`"
    raise LabError(message)


async def delivered(github: httpx2.Client, hook: str, sha: str) -> list[Step]:
    """The delivery of a commit by GitHub's own record, which has it when it was answered."""
    deliveries = f"{hook}/deliveries"
    others: set[int] = set()

    def look() -> Delivery:
        answer = github.get(deliveries, params={"per_page": 10}).raise_for_status()
        for each in TypeAdapter(list[Delivery]).validate_python(answer.json()):
            if each.event == "push" and each.id not in others:
                detail = github.get(f"{deliveries}/{each.id}").raise_for_status().json()
                if detail["request"]["payload"]["after"] == sha:
                    return each
                others.add(each.id)
        raise TryAgain

    found = await asked(look)
    answered = found.delivered_at + timedelta(seconds=found.duration)
    return [
        Step(found.delivered_at, "delivery sent", sha),
        Step(answered, f"receiver answered {found.status_code}", sha),
    ]
