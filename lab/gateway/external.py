"""Services that are reached from outside of the cluster: in the place of kube-proxy and a cloud.

There is neither a node nor a load balancer here, so both are one plain HTTP port, and the Host
header says which of them a request means.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lab.gateway.backends import Forward, backend
from lab.gateway.matching import Request
from lab.gateway.services import Service
from lab.gateway.snapshot import Snapshot

Table: TypeAlias = Mapping[tuple[str, int], Forward]
"""What is done by hostname and port; the empty hostname is any node."""

HTTP = 80


def load_balancer(service: Service, suffix: str) -> str:
    """The hostname of a Service's load balancer below `suffix`.

    Named as cloud providers do: "a" and the uid without dashes, cut to 32 characters
    (cloudprovider.DefaultLoadBalancerName).
    """
    return ("a" + service.metadata.uid.replace("-", ""))[:32] + suffix


def without_address(snapshot: Snapshot) -> list[Service]:
    """The Services whose load balancer is still to be made."""
    return [
        service
        for service in snapshot.services.values()
        if _ours(service) and not service.status.load_balancer.ingress
    ]


def _ours(service: Service) -> bool:
    # One with a class is somebody else's (Service, spec.loadBalancerClass).
    return service.spec.type == "LoadBalancer" and not service.spec.load_balancer_class


def table(snapshot: Snapshot, suffix: str) -> Table:
    """What can be reached as the cluster is: node ports, and load balancers below `suffix`.

    A load balancer is reached before its Service tells its address, never after.
    """
    return dict(_reached(snapshot, suffix))


def _reached(snapshot: Snapshot, suffix: str) -> Iterator[tuple[tuple[str, int], Forward]]:
    for service in snapshot.services.values():
        for port in service.spec.ports:
            forward = Forward([backend(snapshot, service, port)], [])
            if port.node_port:
                yield ("", port.node_port), forward
            if _ours(service):
                yield (load_balancer(service, suffix), port.port), forward


def find(reached: Table, request: Request) -> Forward | None:
    """What is to be done with `request`, or None when nothing listens where it went."""
    port = request.port or HTTP
    return reached.get((request.hostname, port)) or reached.get(("", port))
