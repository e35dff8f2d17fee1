"""When a pushed commit reaches Flux and the cluster, by watches that begin before the push."""

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

from fluxhook.flux import Object, Status, Target
from lab.run.directory import LabError
from lab.world.kinds import GitRepository, Kustomization

WITHIN = 60.0
"""Seconds; a push is applied in about one, unless its webhook is missing."""

CACHED = "0"
"""`resourceVersion` of a watch: from what the API server has at hand, as controllers begin too. To
begin at the newest, it would wait for an answer that the lab's release of etcd cannot give."""

Item = TypeVar("Item")


def now() -> datetime:
    """The time, by the clock that GitHub's record of deliveries uses too."""
    return datetime.now(UTC)


def since(began: datetime, at: datetime) -> int:
    """Whole milliseconds between two moments."""
    return round((at - began).total_seconds() * 1000)


class Arrivals:
    """When each value was first seen in an object that is watched."""

    def __init__(
        self, events: AsyncIterable[tuple[str, Item]], value: Callable[[Item], str]
    ) -> None:
        """Follows `events` from now on; `value` is what counts of an object."""
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

    async def known(self) -> datetime:
        """Waits for the object as it is.

        Raises:
            httpx2.HTTPError: The watch broke.
        """
        return await self._reached(self._first)

    async def of(self, value: str) -> datetime:
        """Waits for a value.

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
    """What is watched of one target: commits, and what counts of its Deployment."""

    fetched: Arrivals
    applied: Arrivals
    deployed: Arrivals


@asynccontextmanager
async def watched(
    cluster: AsyncClient,
    kind: type[GenericNamespacedResource],
    at: Object,
    value: Callable[[GenericNamespacedResource], str],
) -> AsyncIterator[Arrivals]:
    """Watches one object; what it has now is known when this begins."""
    events = cluster.watch(
        kind, namespace=at.namespace, fields={"metadata.name": at.name}, resource_version=CACHED
    )
    arrivals = Arrivals(events, value)
    try:
        await arrivals.known()
        yield arrivals
    finally:
        await arrivals.close()


def replicas(deployment: Deployment) -> str:
    """`spec.replicas`, as text."""
    return str(deployment.spec.replicas) if deployment.spec else ""


@asynccontextmanager
async def watching(
    cluster: AsyncClient, target: Target, value: Callable[[Deployment], str] = replicas
) -> AsyncIterator[Watches]:
    """Watches a target; what its Flux objects have now is known when this begins.

    Args:
        cluster: The lab's API server.
        target: What follows the branch that is pushed to.
        value: What counts of a Deployment.
    """

    def commit(item: GenericNamespacedResource) -> str:
        return Status.model_validate(item.status or {}).commit

    # What kustomize-controller puts on every object that it applies.
    labels = {
        "kustomize.toolkit.fluxcd.io/name": target.kustomization.name,
        "kustomize.toolkit.fluxcd.io/namespace": target.kustomization.namespace,
    }
    async with (
        watched(cluster, GitRepository, target.source, commit) as fetched,
        watched(cluster, Kustomization, target.kustomization, commit) as applied,
    ):
        deployments = cluster.watch(
            Deployment, namespace="*", labels=dict(labels), resource_version=CACHED
        )
        deployed = Arrivals(deployments, value)
        try:
            yield Watches(fetched, applied, deployed)
        finally:
            await deployed.close()


@dataclass(frozen=True)
class Applied:
    """A commit that Flux applied, and how long after its push began."""

    sha: str
    applied_ms: int


async def applied(
    cluster: AsyncClient, target: Target, push: Callable[[], str], within: float = WITHIN
) -> Applied:
    """Pushes, and waits until the target's Kustomization has applied exactly that commit.

    Args:
        cluster: The lab's API server.
        target: What follows the branch that is pushed to.
        push: Makes the commit and returns its id.
        within: Seconds it may take from the push's end.

    Raises:
        LabError: It took longer, or the push was refused.
        httpx2.HTTPError: A watch broke.
    """
    async with watching(cluster, target) as watches:
        began = now()
        sha = await asyncio.to_thread(push)
        try:
            at = await asyncio.wait_for(watches.applied.of(sha), within)
        except TimeoutError:
            has = watches.applied.last[:12] or "nothing"
            message = f"Flux has not applied {sha[:12]} after {within:.0f} s, it has {has}"
            raise LabError(message) from None
    return Applied(sha, since(began, at))
