"""A substitute for flux-operator: makes a FluxInstance Ready step by step, and lets it be deleted.

It installs nothing, because Flux already runs in the lab. Source: flux-operator `internal/controller`, `api/v1`.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
from lightkube import AsyncClient, KubeConfig
from lightkube.types import PatchType
from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed

from lab.world.kinds import FluxInstance
from tests.world import World

FINALIZER = "fluxcd.controlplane.io/finalizer"


@dataclass
class FluxOperator:
    """The operator, and what it saw in the cluster."""

    world: World
    prefix: str = ""
    """It records the objects whose names begin with this."""
    when_ready: list[str] | None = None
    """Kinds of the objects that existed when the newest instance became Ready."""
    when_deleted: list[str] | None = None
    """Kinds of the objects that still existed when an instance was last deleted."""

    async def operate(self) -> None:
        """Reconciles until cancelled. After an error, such as an object deleted meanwhile, it starts again."""
        again = AsyncRetrying(retry=retry_if_exception_type(httpx2.HTTPError), wait=wait_fixed(0.1))
        await again(self._follow)

    async def _follow(self) -> None:
        config = KubeConfig.from_file(self.world.directory.kubeconfig)
        async with AsyncClient(config, trust_env=False) as client:
            # From the API server's cache. Without a version the watch would first wait until the cache is
            # up to date, which does not happen until a FluxInstance changes.
            watched = client.watch(FluxInstance, namespace="flux-system", resource_version="0")
            async for event, instance in watched:
                if event != "DELETED":
                    await self._reconcile(client, instance)

    async def _reconcile(self, client: AsyncClient, instance: Any) -> None:
        """Does one step. The change that it makes is the event that starts the next step."""
        metadata = instance.metadata
        status = instance.get("status") or {}
        ready = next((each["status"] for each in status.get("conditions", [])), "")
        if metadata.deletionTimestamp:
            if metadata.finalizers:
                self.when_deleted = self.world.objects(self.prefix)
                await _patch(client, FluxInstance, {"metadata": {"finalizers": []}})
        elif not metadata.finalizers:
            await _patch(client, FluxInstance, {"metadata": {"finalizers": [FINALIZER]}})
        elif not ready:
            await _patch(client, FluxInstance.Status, _ready("Unknown", metadata.generation))
        elif ready != "True" or status["conditions"][0]["observedGeneration"] < metadata.generation:
            self.when_ready = self.world.objects(self.prefix)
            await _patch(client, FluxInstance.Status, _ready("True", metadata.generation))


async def _patch(client: AsyncClient, kind: Any, patch: dict[str, object]) -> None:
    await client.patch(kind, "flux", patch, namespace="flux-system", patch_type=PatchType.MERGE)


def _ready(status: str, generation: int) -> dict[str, object]:
    condition = {
        "type": "Ready",
        "status": status,
        "reason": "ReconciliationSucceeded" if status == "True" else "Progressing",
        "message": "",
        "observedGeneration": generation,
        "lastTransitionTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {"status": {"conditions": [condition]}}


@contextmanager
def operating(world: World) -> Iterator[FluxOperator]:
    """Runs an operator until the context is left."""
    operator, loop = FluxOperator(world), asyncio.new_event_loop()
    task = loop.create_task(operator.operate())

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield operator
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()
