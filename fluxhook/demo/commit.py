"""`fluxhook lab demo`: pushes one commit and shows each step until it is applied in the cluster."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime

import httpx2
from rich.console import Console

from fluxhook.demo import flux, steps
from fluxhook.demo.flux import Target, short
from fluxhook.demo.steps import Step
from fluxhook.demo.timeline import Watches, now, watch_target
from fluxhook.demo.yaml_values import value, with_value
from lab.run import control
from lab.run.directory import LabDirectory
from lab.world.push import commit, connect, full_name, read

FILE = "kustomize/overlays/dev/kustomization.yaml"
REPLICAS = "replicas.0.count"
CHART_FILE, CHART_REPLICAS = "values.yaml", "replicaCount"
"""In the directory of a chart, what `FILE` and `REPLICAS` are in an overlay."""


def run(lab: LabDirectory, console: Console, repository: str) -> None:
    """Pushes another number of replicas and shows when each step has the commit.

    Raises:
        LabError: No lab is running, no stack is deployed in it, a step did not have the commit after
            `APPLY_TIMEOUT`, or the receiver did not answer 200.
    """
    with connect(control.running(lab)) as github:
        asyncio.run(_run(lab, github, console, full_name(repository)))


async def _run(lab: LabDirectory, github: httpx2.Client, console: Console, repository: str) -> None:
    async with flux.connected(lab) as cluster:
        target = await flux.find(cluster, repository)
        hook = steps.hook_path(github, repository)
        file, path = changed(target)
        before = read(github, repository, file)
        old = value(before, path)
        new = "2" if old == "5" else "5"
        console.print(f"{repository}: from {old} to {new} replicas", highlight=False)
        async with watch_target(cluster, target) as watches:
            began = now()
            files = {file: with_value(before, path, new)}
            message = f"Scale to {new} replicas"
            sha = await asyncio.to_thread(commit, github, repository, message, files)
            shown = [Step(now(), "push accepted", sha)]
            waits = _waits(github, hook, watches, sha, new, target.applied_by)

            def last_seen() -> str:
                return steps.seen_commits(watches, target.applied_by)

            more = steps.follow(short(sha), waits, last_seen)
            await steps.show(console, began, shown, more)
    total = steps.total(began, shown)
    console.print(f"[green]✔[/] {sha}: pushed and applied in {total} ms", highlight=False)


def changed(target: Target) -> tuple[str, str]:
    """The file that the demo changes, and the path of the number of replicas in it."""
    if target.chart:
        return f"{target.chart.removeprefix('./').strip('/')}/{CHART_FILE}", CHART_REPLICAS
    return FILE, REPLICAS


def _waits(
    github: httpx2.Client,
    hook: str,
    watches: Watches,
    sha: str,
    replicas: str,
    applied_by: str,
) -> dict[str, Awaitable[list[Step]]]:
    async def step(name: str, sha: str, at: Awaitable[datetime]) -> list[Step]:
        return [Step(await at, name, sha)]

    return {
        "the receiver": steps.delivery_steps(github, hook, sha),
        "GitRepository": step("GitRepository has the commit", sha, watches.fetched.of(short(sha))),
        "Deployment": step(
            f"Deployment has {replicas} replicas", "", watches.deployed.of(replicas)
        ),
        applied_by: step(f"{applied_by} applied it", sha, watches.applied.of(short(sha))),
    }
