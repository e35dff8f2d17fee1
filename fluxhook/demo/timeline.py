"""Measures when a pushed commit reaches Flux and the cluster, by watches that start before the push."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from lightkube import AsyncClient
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.resources.apps_v1 import Deployment

from fluxhook.demo.flux import ObjectKey, Status, Target, short
from lab.run.directory import LabError
from lab.world.kinds import GitRepository

APPLY_TIMEOUT = 60.0
"""Seconds until a push must be applied; with a webhook it takes about one."""

CACHED = "0"
"""`resourceVersion` of a watch that starts from the API server's cache, as those of controllers do. A
watch from the newest version would wait for a notification that the lab's etcd does not send."""

Item = TypeVar("Item")


def now() -> datetime:
    """The current time, in UTC as in GitHub's record of deliveries."""
    return datetime.now(UTC)


def since(began: datetime, at: datetime) -> int:
    """Milliseconds between two times."""
    return round((at - began).total_seconds() * 1000)


class Arrivals:
    """Records when each value of a watched object was first seen."""

    def __init__(
        self, events: AsyncIterable[tuple[str, Item]], value: Callable[[Item], str]
    ) -> None:
        """Follows `events`; `value` returns the value of an object that is recorded."""
        self._loop = asyncio.get_running_loop()
        self._first = self._loop.create_future()
        self._seen: defaultdict[str, asyncio.Future[datetime]] = defaultdict(
            self._loop.create_future
        )
        self._task = asyncio.create_task(self._follow(events, value))
        self.last = ""

    async def _follow(
        self, events: AsyncIterable[tuple[str, Item]], value: Callable[[Item], str]
    ) -> None:
        async for _, item in events:
            self.last = value(item)
            for future in (self._first, self._seen[self.last]):
                if not future.done():
                    future.set_result(now())

    async def _reached(self, future: asyncio.Future[datetime]) -> datetime:
        either: tuple[asyncio.Future[datetime] | asyncio.Future[None], ...] = (future, self._task)
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not future.done():
            await self._task
        return future.result()

    async def first(self) -> datetime:
        """Waits for the first value and returns when it was seen.

        Raises:
            httpx2.HTTPError: The watch broke.
        """
        return await self._reached(self._first)

    async def of(self, value: str) -> datetime:
        """Waits for `value` and returns when it was first seen.

        Raises:
            httpx2.HTTPError: The watch broke.
        """
        return await self._reached(self._seen[value])

    async def close(self) -> None:
        """Ends the watch."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@dataclass(frozen=True)
class Watches:
    """The watches of one target: its fetched and applied commits, by their short ids, and a value of its Deployment."""

    fetched: Arrivals
    applied: Arrivals
    deployed: Arrivals


@asynccontextmanager
async def watch_object(
    cluster: AsyncClient,
    kind: type[GenericNamespacedResource],
    at: ObjectKey,
    value: Callable[[GenericNamespacedResource], str],
) -> AsyncIterator[Arrivals]:
    """Watches one object; its current value is already recorded when the context is entered."""
    events = cluster.watch(
        kind, namespace=at.namespace, fields={"metadata.name": at.name}, resource_version=CACHED
    )
    arrivals = Arrivals(events, value)
    try:
        await arrivals.first()
        yield arrivals
    finally:
        await arrivals.close()


def replicas(deployment: Deployment) -> str:
    """`spec.replicas`, as text."""
    return str(deployment.spec.replicas) if deployment.spec else ""


@asynccontextmanager
async def watch_target(
    cluster: AsyncClient, target: Target, value: Callable[[Deployment], str] = replicas
) -> AsyncIterator[Watches]:
    """Watches a target; the current commits are already recorded when the context is entered.

    Args:
        cluster: The lab's API server.
        target: The Flux objects that follow the branch.
        value: Returns the value of a Deployment that is recorded.
    """

    def commit(item: GenericNamespacedResource) -> str:
        return Status.model_validate(item.status or {}).commit

    async with (
        watch_object(cluster, GitRepository, target.source, commit) as fetched,
        watch_object(cluster, target.kind, target.delivery, commit) as applied,
    ):
        deployments = cluster.watch(
            Deployment, namespace="*", labels=dict(target.labels), resource_version=CACHED
        )
        deployed = Arrivals(deployments, value)
        try:
            yield Watches(fetched, applied, deployed)
        finally:
            await deployed.close()


@dataclass(frozen=True)
class Applied:
    """A commit that Flux applied, and the milliseconds from the start of its push."""

    sha: str
    applied_ms: int


async def push_and_wait(
    cluster: AsyncClient, target: Target, push: Callable[[], str], within: float = APPLY_TIMEOUT
) -> Applied:
    """Pushes, and waits until the target has applied exactly that commit.

    Args:
        cluster: The lab's API server.
        target: The Flux objects that follow the branch.
        push: Pushes the commit and returns its id.
        within: Seconds that it may take after the push.

    Raises:
        LabError: It took longer, or GitHub refused the push.
        httpx2.HTTPError: A watch broke.
    """
    async with watch_target(cluster, target) as watches:
        began = now()
        sha = await asyncio.to_thread(push)
        try:
            at = await asyncio.wait_for(watches.applied.of(short(sha)), within)
        except TimeoutError:
            last = watches.applied.last or "nothing"
            message = (
                f"Flux has not applied {short(sha)} after {within:.0f} s; it applied {last} last"
            )
            raise LabError(message) from None
    return Applied(sha, since(began, at))
