"""The controller: watches the cluster, computes what to serve, and writes statuses."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

import httpx2
from lightkube import ALL_NS, AsyncClient, KubeConfig
from lightkube.core.generic_client import ListAsyncIterable
from lightkube.core.resource import GlobalResource
from lightkube.generic_resource import GenericGlobalResource, GenericNamespacedResource
from lightkube.resources.core_v1 import Service
from lightkube.resources.discovery_v1 import EndpointSlice
from lightkube.resources.networking_v1 import Ingress, IngressClass

from lab.gateway import endpoints, external, ingresses
from lab.gateway.backends import Forward
from lab.gateway.matching import Listener, Request, find
from lab.gateway.objects import httproute, ingress, resources, services
from lab.gateway.objects.resources import Object
from lab.gateway.objects.snapshot import Key, Snapshot
from lab.gateway.statuses import reconcile
from lab.gateway.writing import Gateway, GatewayClass, Writer
from lab.world.kinds import HTTPRoute

log = logging.getLogger(__name__)

AGAIN = 0.2
"""Seconds until a kind is listed again after an error; its CRD may not be there yet."""

PROVISIONING = 1.0
"""Seconds until a load balancer has its address; a cloud takes a minute."""

Global: TypeAlias = GenericGlobalResource | IngressClass
Namespaced: TypeAlias = GenericNamespacedResource | Service | EndpointSlice | Ingress

Model = TypeVar("Model", bound=Object)


@dataclass(frozen=True)
class Identity:
    """The names by which a controller finds its objects.

    Attributes:
        gateways: `controllerName` of its GatewayClasses.
        ingresses: `controller` of its IngressClasses.
        suffix: Domain of the addresses that it gives, with a dot before.
        ports: Ports of notification-controller by the names that its container gives them.
    """

    gateways: str
    ingresses: str
    suffix: str
    ports: Mapping[str, int]


class Controller:
    """Watches one cluster.

    Attributes:
        synced: Set when every kind has been read and everything is served.
    """

    def __init__(self, kubeconfig: Path, identity: Identity) -> None:
        """Prepares a controller that is not running yet."""
        self.synced = asyncio.Event()
        self._identity = identity
        manager = identity.gateways.replace("/", "-")
        self._client = AsyncClient(
            KubeConfig.from_file(kubeconfig), trust_env=False, field_manager=manager
        )
        self._writer = Writer(self._client)
        self._routes: list[Listener] = []
        self._ingresses: list[Listener] = []
        self._external: external.Table = {}
        self._balancers = f".lb{identity.suffix}"
        self._provisioning: set[str] = set()
        self._snapshot = Snapshot()
        self._changed = asyncio.Event()
        self._unread: set[str] = set()

    def https(self, request: Request) -> Forward | None:
        """Finds where a request over TLS goes, by HTTPRoutes first and then by Ingresses."""
        return find(self._routes, request) or find(self._ingresses, request)

    def http(self, request: Request) -> Forward | None:
        """Finds where a request to a node or a load balancer goes, by Services."""
        return external.find(self._external, request)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs the controller as long as the context is open."""
        seen = self._snapshot
        async with self._client, asyncio.TaskGroup() as group:
            tasks = [
                self._follow(GatewayClass, resources.GatewayClass, seen.gateway_classes),
                self._follow(Gateway, resources.Gateway, seen.gateways),
                self._follow(HTTPRoute, httproute.HTTPRoute, seen.http_routes),
                self._follow(Service, services.Service, seen.services),
                self._follow(EndpointSlice, services.EndpointSlice, seen.endpoint_slices),
                self._follow(IngressClass, ingress.IngressClass, seen.ingress_classes),
                self._follow(Ingress, ingress.Ingress, seen.ingresses),
                self._reconcile(group),
            ]
            started = [group.create_task(task) for task in tasks]
            yield
            for task in started:
                task.cancel()

    async def _follow(
        self, kind: type[Global | Namespaced], model: type[Model], seen: dict[Key, Model]
    ) -> None:
        """Keeps `seen` up to date for ever: a list, then a watch from there."""
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
        # No await in between, so that nobody reads a half-filled mapping.
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

    async def _reconcile(self, group: asyncio.TaskGroup) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._unread:
                continue
            snapshot, identity = self._snapshot, self._identity
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            outcome = reconcile(snapshot, identity.gateways, now)
            own = ingresses.own(snapshot, identity.ingresses)
            self._routes = outcome.listeners
            self._ingresses = list(ingresses.serve(own, snapshot))
            self._external = external.table(snapshot, self._balancers)
            self.synced.set()
            for service in external.without_address(snapshot):
                if service.metadata.uid not in self._provisioning:
                    self._provisioning.add(service.metadata.uid)
                    group.create_task(self._provision(service))
            address = services.LoadBalanced.at(f"ingress{identity.suffix}")
            await asyncio.gather(
                *(
                    self._writer.status(owned, new)
                    for owned, new in [*outcome.statuses, *((each, address) for each in own)]
                    if owned.status != new
                ),
                self._writer.slices(
                    endpoints.wanted(snapshot, identity.ports), endpoints.existing(snapshot)
                ),
            )

    async def _provision(self, service: services.Service) -> None:
        """Gives a Service the address of its load balancer after a delay, as a cloud does."""
        await asyncio.sleep(PROVISIONING)
        hostname = external.load_balancer(service, self._balancers)
        await self._writer.status(service, services.LoadBalanced.at(hostname))
        self._provisioning.discard(service.metadata.uid)
