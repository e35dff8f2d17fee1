"""Services that are reached from outside of the cluster, which kube-proxy or a cloud would serve.

The lab has neither nodes nor load balancers. Both are one HTTP port, and the Host header says
which of them a request is for.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lab.gateway.backends import Forward, port_backend
from lab.gateway.matching import Request
from lab.gateway.objects.services import Service
from lab.gateway.objects.snapshot import Snapshot

Table: TypeAlias = Mapping[tuple[str, int], Forward]
"""Where requests go, by hostname and port; the empty hostname is any node."""

HTTP = 80


def load_balancer(service: Service, suffix: str) -> str:
    """The hostname of a Service's load balancer below `suffix`.

    Named as cloud providers do: "a" and the uid without dashes, cut to 32 characters
    (cloudprovider.DefaultLoadBalancerName).
    """
    return ("a" + service.metadata.uid.replace("-", ""))[:32] + suffix


def without_address(snapshot: Snapshot) -> list[Service]:
    """The Services that still need the address of a load balancer."""
    return [
        service
        for service in snapshot.services.values()
        if _ours(service) and not service.status.load_balancer.ingress
    ]


def _ours(service: Service) -> bool:
    # A Service with a class belongs to another controller (Service, spec.loadBalancerClass).
    return service.spec.type == "LoadBalancer" and not service.spec.load_balancer_class


def table(snapshot: Snapshot, suffix: str) -> Table:
    """The node ports and load balancers of a snapshot.

    A load balancer answers before its address is in the Service's status, not after.
    """
    return dict(_reached(snapshot, suffix))


def _reached(snapshot: Snapshot, suffix: str) -> Iterator[tuple[tuple[str, int], Forward]]:
    for service in snapshot.services.values():
        for port in service.spec.ports:
            forward = Forward(port_backend(snapshot, service, port))
            if port.node_port:
                yield ("", port.node_port), forward
            if _ours(service):
                yield (load_balancer(service, suffix), port.port), forward


def find(reached: Table, request: Request) -> Forward | None:
    """Finds where a request goes; None when nothing listens on its host and port."""
    port = request.port or HTTP
    return reached.get((request.hostname, port)) or reached.get(("", port))
