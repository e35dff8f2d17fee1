"""The EndpointSlices of Services that select notification-controller.

It runs as a process and not as a pod, so the gateway writes what Kubernetes' own controller would.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from lab.gateway.objects.services import SERVICE_NAME, EndpointSlice, Service
from lab.gateway.objects.snapshot import Key, Snapshot

MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "fluxhook-lab"

NAMESPACE, LABELS = "flux-system", {"app": "notification-controller"}
"""Where the controller's pods would be, and their labels."""

Json: TypeAlias = dict[str, Any]


def wanted(snapshot: Snapshot, ports: Mapping[str, int]) -> dict[Key, Json]:
    """The slices that should exist, as manifests.

    Args:
        snapshot: The cluster.
        ports: The controller's ports by the names that its container gives them.
    """
    return {
        (NAMESPACE, _name(service)): _manifest(service, ports)
        for service in snapshot.services.values()
        if service.metadata.namespace == NAMESPACE
        # A new slice would block the deletion, which waits until the slices are gone.
        and service.metadata.deletion_timestamp is None
        and service.spec.selector
        and service.spec.selector.items() <= LABELS.items()
    }


def existing(snapshot: Snapshot) -> dict[Key, EndpointSlice]:
    """The slices that the gateway has written."""
    return {
        key: each
        for key, each in snapshot.endpoint_slices.items()
        if each.metadata.labels.get(MANAGED_BY) == MANAGER
    }


def fits(found: EndpointSlice | None, manifest: Json) -> bool:
    """Whether a slice has the content of a manifest and belongs to the same Service."""
    if found is None:
        return False
    want = EndpointSlice.model_validate(manifest)
    owners = (found.metadata.owner_references, want.metadata.owner_references)
    return owners[0] == owners[1] and (found.endpoints, found.ports) == (want.endpoints, want.ports)


def _name(service: Service) -> str:
    return f"{service.metadata.name}-lab"


def _manifest(service: Service, ports: Mapping[str, int]) -> Json:
    owner = {
        **{"apiVersion": "v1", "kind": "Service", "name": service.metadata.name},
        **{"uid": service.metadata.uid, "controller": True, "blockOwnerDeletion": True},
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": _name(service),
            "namespace": NAMESPACE,
            "labels": {SERVICE_NAME: service.metadata.name, MANAGED_BY: MANAGER},
            "ownerReferences": [owner],
        },
        # The API server refuses a loopback address here but not a name, and the gateway knows that
        # `.localhost` is loopback (RFC 6761).
        "addressType": "FQDN",
        "endpoints": [
            {"addresses": ["notification-controller.localhost"], "conditions": {"ready": True}}
        ],
        "ports": [
            {"name": port.name, "port": ports[str(port.target_port)], "protocol": "TCP"}
            for port in service.spec.ports
            if port.target_port in ports
        ],
    }
