"""`make bench`: measures the time from a push until Flux has applied it, with and without the webhook.

Needs a running lab with the stack dev. Prints a table and writes it to docs/latency.md.
"""

import asyncio
import itertools
import os
import platform
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx2
import psutil
from rich.console import Console
from rich.progress import track

from fluxhook.demo import flux, timeline
from fluxhook.demo.commit import FILE, REPLICAS
from fluxhook.demo.yaml_values import with_value
from lab.run import control
from lab.run.directory import CLONE, LabDirectory, LabError
from lab.world.push import commit, connect, read
from lab.world.surroundings import REPOSITORY

PUSHES = 50

INTERVAL = 60.0
"""Seconds; `spec.interval` of the GitRepository, which is the default of fluxhook."""

MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""When each push without the webhook happens, as parts of the interval. A push right after the last
fetch would always be the worst case."""

REPORT = CLONE / "docs" / "latency.md"

HEAD = """\
# From push to applied

Measured by `make bench`, which writes this file: the time from the beginning of a push to the lab's
GitHub until `status.lastAppliedRevision` of the Kustomization, seen by a watch, has its commit. Each
commit changes the replicas of a Deployment. Everything runs on one machine: there is no network in
these times, and Flux has nothing else to do.
"""


@contextmanager
def hooks_off(github: httpx2.Client) -> Iterator[None]:
    """Switches the repository's webhooks off through GitHub's API, and on again at the end."""
    path = f"/repos/{REPOSITORY}/hooks"
    hooks = [f"{path}/{hook['id']}" for hook in github.get(path).raise_for_status().json()]
    for hook in hooks:
        github.patch(hook, json={"active": False}).raise_for_status()
    try:
        yield
    finally:
        for hook in hooks:
            github.patch(hook, json={"active": True}).raise_for_status()


async def measure(lab: LabDirectory, github: httpx2.Client) -> tuple[list[int], list[int]]:
    """Returns the milliseconds of each push: first with the webhook, then with the interval alone."""
    err = Console(stderr=True)

    before = read(github, REPOSITORY, FILE)
    # Every push changes an object in the cluster: the value that `fluxhook lab demo` changes too.
    replicas = itertools.cycle(["3", "4"])

    def send() -> str:
        files = {FILE: with_value(before, REPLICAS, next(replicas))}
        return commit(github, REPOSITORY, "Measure", files)

    async with flux.connected(lab) as cluster:
        target = await flux.find(cluster, REPOSITORY)
        pushed = [
            (await timeline.push_and_wait(cluster, target, send)).applied_ms
            for _ in track(range(PUSHES), "with the webhook", console=err)
        ]
        polled = []
        with hooks_off(github):
            for moment in track(MOMENTS, "with the interval", console=err):
                # The interval began with the fetch of the previous commit.
                await asyncio.sleep(moment * INTERVAL)
                done = await timeline.push_and_wait(cluster, target, send, within=2 * INTERVAL)
                polled.append(done.applied_ms)
    return pushed, polled


def report(pushed: Sequence[int], polled: Sequence[int]) -> str:
    """Returns the page: how it was measured, on which machine, and the table."""
    p50, p95 = statistics.median(pushed), statistics.quantiles(pushed, n=20, method="inclusive")[-1]
    slow = statistics.median(polled)
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    moments = ", ".join(f"{moment * INTERVAL:.0f}" for moment in MOMENTS)
    return f"""{HEAD}
Machine: {cores} cores ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}.

| trigger | pushes | p50 | p95 | max |
| --- | ---: | ---: | ---: | ---: |
| webhook | {len(pushed)} | {p50:.0f} ms | {p95:.0f} ms | {max(pushed)} ms |
| interval of {INTERVAL:.0f} s, webhook off | {len(polled)} | {slow:.0f} ms | | {max(polled)} ms |

Ratio of the two p50: {slow / p50:.0f}. Without the webhook there are only {len(polled)} pushes,
{moments} s after the fetch before, spread over the interval like pushes that come at any moment;
too few for a p95.
"""


def main() -> None:
    """Measures, writes the page and prints it.

    Raises:
        SystemExit: No lab is running, or the stack is not deployed; the message says which.
    """
    lab = LabDirectory.find()
    try:
        with connect(control.running(lab)) as github:
            text = report(*asyncio.run(measure(lab, github)))
    except LabError as error:
        sys.exit(f"bench: {error}")
    REPORT.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
