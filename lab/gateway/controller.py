"""The controller: it follows the cluster, decides what is served, and writes statuses."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

import httpx2
from lightkube import ALL_NS, ApiError, AsyncClient, KubeConfig
from lightkube.core.generic_client import ListAsyncIterable
from lightkube.core.resource import GlobalResource
from lightkube.generic_resource import (
    GenericGlobalResource,
    GenericNamespacedResource,
    create_global_resource,
    create_namespaced_resource,
)
from lightkube.resources.core_v1 import Namespace, Service
from lightkube.resources.discovery_v1 import EndpointSlice
from lightkube.types import PatchType

from lab.gateway import httproute, resources
from lab.gateway.matching import Listener
from lab.gateway.resources import GROUP, Object
from lab.gateway.snapshot import Key, Snapshot
from lab.gateway.statuses import Owned, Status, reconcile
from lab.kinds import HTTPRoute

log = logging.getLogger(__name__)

AGAIN = 0.2
"""Seconds until a kind is listed again that could not be: its CRD may not be there yet."""

GatewayClass = create_global_resource(GROUP, "v1", "GatewayClass", "gatewayclasses")
Gateway = create_namespaced_resource(GROUP, "v1", "Gateway", "gateways")
ReferenceGrant = create_namespaced_resource(GROUP, "v1", "ReferenceGrant", "referencegrants")

Global: TypeAlias = GenericGlobalResource | Namespace
Namespaced: TypeAlias = GenericNamespacedResource | Service | EndpointSlice

Model = TypeVar("Model", bound=Object)


class Controller:
    """Follows one cluster for the GatewayClasses of `name`.

    Attributes:
        listeners: What is served now.
        synced: Set once every kind has been read and `listeners` is complete.
    """

    def __init__(self, kubeconfig: Path, name: str) -> None:
        """Prepares a controller that is not running yet."""
        self.listeners: list[Listener] = []
        self.synced = asyncio.Event()
        self._name = name
        self._client = AsyncClient(
            KubeConfig.from_file(kubeconfig), trust_env=False, field_manager=name.replace("/", "-")
        )
        self._snapshot = Snapshot()
        self._changed = asyncio.Event()
        self._unread: set[str] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs the controller as long as the context is open."""
        seen = self._snapshot
        async with self._client, asyncio.TaskGroup() as group:
            tasks = [
                self._follow(GatewayClass, resources.GatewayClass, seen.gateway_classes),
                self._follow(Namespace, Object, seen.namespaces),
                self._follow(Gateway, resources.Gateway, seen.gateways),
                self._follow(HTTPRoute, httproute.HTTPRoute, seen.http_routes),
                self._follow(ReferenceGrant, resources.ReferenceGrant, seen.reference_grants),
                self._follow(Service, resources.Service, seen.services),
                self._follow(EndpointSlice, resources.EndpointSlice, seen.endpoint_slices),
                self._reconcile(),
            ]
            started = [group.create_task(task) for task in tasks]
            yield
            for task in started:
                task.cancel()

    async def _follow(
        self, kind: type[Global | Namespaced], model: type[Model], seen: dict[Key, Model]
    ) -> None:
        """Keeps `seen` like the cluster: a list, then a watch from there, for ever."""
        self._unread.add(kind.__name__)
        while True:
            try:
                await self._list_and_watch(kind, model, seen)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                log.info("%s is read again: %s", kind.__name__, error)
            await asyncio.sleep(AGAIN)

    async def _list_and_watch(
        self, kind: type[Global | Namespaced], model: type[Model], seen: dict[Key, Model]
    ) -> None:
        listing = self._list(kind)
        found = [model.model_validate(each.to_dict()) async for each in listing]
        # All at once: between two awaits nobody sees half of it.
        seen.clear()
        seen.update((each.key, each) for each in found)
        self._unread.discard(kind.__name__)
        self._changed.set()
        async for event, resource in self._watch(kind, listing.resourceVersion):
            each = model.model_validate(resource.to_dict())
            if event == "DELETED":
                seen.pop(each.key, None)
            else:
                seen[each.key] = each
            self._changed.set()

    def _list(
        self, kind: type[Global | Namespaced]
    ) -> ListAsyncIterable[Global] | ListAsyncIterable[Namespaced]:
        if issubclass(kind, GlobalResource):
            return self._client.list(kind)
        return self._client.list(kind, namespace=ALL_NS)

    def _watch(
        self, kind: type[Global | Namespaced], version: str
    ) -> AsyncIterable[tuple[str, Global | Namespaced]]:
        if issubclass(kind, GlobalResource):
            return self._client.watch(kind, resource_version=version)
        return self._client.watch(kind, namespace=ALL_NS, resource_version=version)

    async def _reconcile(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._unread:
                continue
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            outcome = reconcile(self._snapshot, self._name, now)
            self.listeners = outcome.listeners
            self.synced.set()
            await asyncio.gather(
                *(self._write(owned, new) for owned, new in outcome.statuses if owned.status != new)
            )

    async def _write(self, owned: Owned, status: Status) -> None:
        """Writes a status, unless the object has changed since: then its turn comes again."""
        namespace, name = owned.key
        body = {
            "metadata": {"resourceVersion": owned.metadata.resource_version},
            "status": status.model_dump(mode="json", by_alias=True, exclude_none=True),
        }
        merge = PatchType.MERGE
        try:
            if isinstance(owned, resources.GatewayClass):
                await self._client.patch(GatewayClass.Status, name, body, patch_type=merge)
            else:
                kind = Gateway if isinstance(owned, resources.Gateway) else HTTPRoute
                await self._client.patch(
                    kind.Status, name, body, namespace=namespace, patch_type=merge
                )
        except ApiError as error:
            if error.status.code not in {httpx2.codes.CONFLICT, httpx2.codes.NOT_FOUND}:
                log.warning("status of %s/%s: %s", namespace, name, error)
        except httpx2.TransportError as error:
            log.warning("status of %s/%s: %s", namespace, name, error)
