"""`fluxhook demo`: one commit on its way from a push into the cluster, step by step."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2
from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.live import Live
from rich.table import Table
from tenacity import AsyncRetrying, TryAgain, retry_if_exception_type, wait_fixed

from fluxhook import flux
from fluxhook.timeline import WITHIN, Watches, now, since, watching
from fluxhook.yaml_values import value, with_value
from lab import control
from lab.directory import LabDirectory, LabError
from lab.push import commit, connect, full_name, read

FILE = "kustomize/overlays/dev/kustomization.yaml"
REPLICAS = "replicas.0.count"
DIGITS = 12
"""How much of a commit's id a line shows."""


@dataclass(frozen=True)
class Step:
    """A step that a commit reached; `sha` is what was seen there, a Deployment names none."""

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


def run(lab: LabDirectory, console: Console, repository: str) -> None:
    """Changes an application's replicas and shows when each step has the commit.

    Raises:
        LabError: There is no lab, no stack in it, or a step lacked the commit after `WITHIN`.
    """
    try:
        state = control.running(lab)
    except LabError:
        message = "no lab runs here; run `make up`"
        raise LabError(message) from None
    with connect(state) as github:
        asyncio.run(_run(lab, github, console, full_name(repository)))


async def _run(lab: LabDirectory, github: httpx2.Client, console: Console, repository: str) -> None:
    async with flux.connected(lab) as cluster:
        target = await flux.find(cluster, repository)
        hook = _hook(github, repository)
        before = read(github, repository, FILE)
        old = value(before, REPLICAS)
        new = "2" if old == "5" else "5"
        console.print(f"{repository}: from {old} to {new} replicas", highlight=False)
        async with watching(cluster, target) as watches:
            began = now()
            files = {FILE: with_value(before, REPLICAS, new)}
            message = f"Scale to {new} replicas"
            sha = await asyncio.to_thread(commit, github, repository, message, files)
            steps = [Step(now(), "push accepted", sha)]
            await _show(console, began, steps, _follow(github, hook, watches, sha, new))
    total = since(began, max(step.at for step in steps))
    console.print(f"[green]✔[/] {sha}: pushed and applied in {total} ms", highlight=False)


async def _show(
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


async def _follow(
    github: httpx2.Client, hook: str, watches: Watches, sha: str, replicas: str
) -> AsyncIterator[Step]:
    """The steps after the push, each when it is known.

    Raises:
        LabError: One was not reached in time; which, and what is there instead.
    """

    async def step(name: str, sha: str, at: Awaitable[datetime]) -> list[Step]:
        return [Step(await at, name, sha)]

    waits = {
        "the receiver": _delivered(github, hook, sha),
        "GitRepository": step("GitRepository has the commit", sha, watches.fetched.of(sha)),
        "Deployment": step(
            f"Deployment has {replicas} replicas", "", watches.replicas.of(replicas)
        ),
        "Kustomization": step("Kustomization applied it", sha, watches.applied.of(sha)),
    }
    tasks = {name: asyncio.create_task(wait) for name, wait in waits.items()}
    try:
        async with asyncio.timeout(WITHIN):
            for done in asyncio.as_completed(tasks.values()):
                for reached in await done:
                    yield reached
    except TimeoutError:
        late = ", ".join(name for name, task in tasks.items() if not task.done())
        has = [each.last[:DIGITS] or "nothing" for each in (watches.fetched, watches.applied)]
        message = (
            f"✘ {sha[:DIGITS]} has not reached {late} after {WITHIN:.0f} s; GitRepository has"
            f" {has[0]}, Kustomization {has[1]}"
        )
        raise LabError(message) from None
    finally:
        for task in tasks.values():
            task.cancel()


def _hook(github: httpx2.Client, repository: str) -> str:
    """The path of the repository's webhook for pushes."""
    path = f"/repos/{repository}/hooks"
    for hook in github.get(path).raise_for_status().json():
        if hook["active"] and "push" in hook["events"]:
            return f"{path}/{hook['id']}"
    message = f"{repository} has no active webhook; run `make up`"
    raise LabError(message)


async def _delivered(github: httpx2.Client, hook: str, sha: str) -> list[Step]:
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

    attempts = AsyncRetrying(retry=retry_if_exception_type(TryAgain), wait=wait_fixed(0.05))
    found: Delivery = await attempts(asyncio.to_thread, look)
    answered = found.delivered_at + timedelta(seconds=found.duration)
    return [
        Step(found.delivered_at, "delivery sent", sha),
        Step(answered, f"receiver answered {found.status_code}", sha),
    ]
