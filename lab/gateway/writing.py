"""Writes statuses and EndpointSlices to the cluster."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

import httpx2
from lightkube import ApiError, AsyncClient
from lightkube.codecs import from_dict
from lightkube.generic_resource import (
    GenericNamespacedResource,
    create_global_resource,
    create_namespaced_resource,
)
from lightkube.resources.core_v1 import Service
from lightkube.resources.discovery_v1 import EndpointSlice
from lightkube.resources.networking_v1 import Ingress
from lightkube.types import PatchType

from lab.gateway import endpoints, statuses
from lab.gateway.objects import httproute, ingress, resources, services
from lab.gateway.objects.resources import GROUP, Object
from lab.gateway.objects.snapshot import Key
from lab.world.kinds import HTTPRoute

log = logging.getLogger(__name__)

GatewayClass = create_global_resource(GROUP, "v1", "GatewayClass", "gatewayclasses")
Gateway = create_namespaced_resource(GROUP, "v1", "Gateway", "gateways")

KINDS: Mapping[type[Object], type[GenericNamespacedResource | Ingress | Service]] = {
    resources.Gateway: Gateway,
    httproute.HTTPRoute: HTTPRoute,
    ingress.Ingress: Ingress,
    services.Service: Service,
}
"""The client's kind for each model of a namespaced object with a status."""

Owned: TypeAlias = statuses.Owned | ingress.Ingress | services.Service
Status: TypeAlias = statuses.Status | services.LoadBalanced


class Writer:
    """Writes by one client."""

    def __init__(self, client: AsyncClient) -> None:
        """Uses a client, which need not be open yet."""
        self._client = client

    async def status(self, owned: Owned, status: Status) -> None:
        """Writes a status, unless the object has changed since; it is then reconciled again.

        The status of a Service is written long after the Service was read, so it is written as
        long as the Service has the same uid.
        """
        namespace, name = owned.key
        metadata = {"resourceVersion": owned.metadata.resource_version}
        if isinstance(owned, services.Service):
            metadata = {"uid": owned.metadata.uid}
        body = {
            "metadata": metadata,
            "status": status.model_dump(mode="json", by_alias=True, exclude_none=True),
        }
        merge = PatchType.MERGE
        with _tolerated(f"status of {namespace}/{name}"):
            if isinstance(owned, resources.GatewayClass):
                await self._client.patch(GatewayClass.Status, name, body, patch_type=merge)
            else:
                kind = KINDS[type(owned)]
                await self._client.patch(
                    kind.Status, name, body, namespace=namespace, patch_type=merge
                )

    async def slices(
        self,
        wanted: Mapping[Key, endpoints.Json],
        existing: Mapping[Key, services.EndpointSlice],
    ) -> None:
        """Applies the wanted EndpointSlices and deletes all other existing ones."""
        missing = [key for key in wanted if not endpoints.fits(existing.get(key), wanted[key])]
        await asyncio.gather(
            *(self._apply(wanted[key]) for key in missing),
            *(self._delete(key) for key in existing if key not in wanted),
        )

    async def _apply(self, manifest: endpoints.Json) -> None:
        with _tolerated(f"EndpointSlice {manifest['metadata']['name']}"):
            await self._client.apply(from_dict(manifest), force=True)

    async def _delete(self, key: Key) -> None:
        namespace, name = key
        with _tolerated(f"EndpointSlice {name}"):
            await self._client.delete(EndpointSlice, name, namespace=namespace)


@contextmanager
def _tolerated(what: str) -> Iterator[None]:
    """Logs errors; conflicts and missing objects are not errors, since both are read again."""
    try:
        yield
    except ApiError as error:
        if error.status.code not in {httpx2.codes.CONFLICT, httpx2.codes.NOT_FOUND}:
            log.warning("%s: %s", what, error)
    except httpx2.TransportError as error:
        log.warning("%s: %s", what, error)
