"""From a rule's `backendRefs` to processes: Services and EndpointSlices."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lab.gateway.objects.httproute import BackendRef, HeaderModifier, HTTPRoute, Rule
from lab.gateway.objects.services import SERVICE_NAME, Service, ServicePort
from lab.gateway.objects.snapshot import Key, Snapshot


@dataclass(frozen=True)
class Fault:
    """Why a reference does not resolve: a reason of condition `ResolvedRefs`, and a message."""

    reason: str
    message: str


@dataclass(frozen=True)
class Backend:
    """The processes behind one port of a Service.

    Attributes:
        name: Namespace, Service and port, for the log.
        endpoints: Host and port of each process that is ready.
        fault: Why the reference is not valid; requests to it are then answered with 500.
    """

    name: str
    endpoints: list[tuple[str, int]] = field(default_factory=list)
    fault: Fault | None = None


@dataclass(frozen=True)
class Forward:
    """Where the requests of one rule go, and how their answers are changed.

    Without a backend they are answered with 500.
    """

    backend: Backend | None = None
    response_headers: list[HeaderModifier] = field(default_factory=list)


def resolve(route: HTTPRoute, rule: Rule, snapshot: Snapshot) -> Forward:
    """Finds the backend of a route's rule in a snapshot of the cluster.

    A rule with several backends is not supported and never served; the first faulty one is
    returned, so that condition `ResolvedRefs` reports it.
    """
    backends = [_referred(route, ref, snapshot) for ref in rule.backend_refs]
    faulty = [each for each in backends if each.fault]
    modifiers = [each.response_header_modifier for each in rule.filters]
    return Forward(next(iter([*faulty, *backends]), None), modifiers)


def _referred(route: HTTPRoute, ref: BackendRef, snapshot: Snapshot) -> Backend:
    namespace = ref.namespace or route.metadata.namespace
    name = f"{namespace}/{ref.name}:{ref.port}"
    if (ref.group, ref.kind) != ("", "Service"):
        message = f"{ref.kind} {ref.group} {ref.name} is not a v1 Service"
        return Backend(name, fault=Fault("InvalidKind", message))
    if namespace != route.metadata.namespace:
        message = f"this gateway reads no ReferenceGrant, so {name} cannot be used from here"
        return Backend(name, fault=Fault("RefNotPermitted", message))
    return named_backend(snapshot, (namespace, ref.name), ref.port)


def named_backend(snapshot: Snapshot, service: Key, port: int | str | None) -> Backend:
    """The backend for a Service's port, given by its number or its name."""
    namespace, name = service
    found = snapshot.services.get(service)
    if found is None:
        message = f"there is no Service {namespace}/{name}"
    else:
        for each in found.spec.ports:
            if port in {each.port, each.name}:
                return port_backend(snapshot, found, each)
        message = f"Service {namespace}/{name} has no port {port}"
    return Backend(f"{namespace}/{name}:{port}", fault=Fault("BackendNotFound", message))


def port_backend(snapshot: Snapshot, service: Service, port: ServicePort) -> Backend:
    """The backend for one port of a Service that exists."""
    namespace, name = service.key
    endpoints = list(_endpoints(snapshot, service, port.name))
    return Backend(f"{namespace}/{name}:{port.port}", endpoints)


def _endpoints(snapshot: Snapshot, service: Service, port_name: str) -> Iterable[tuple[str, int]]:
    for slice_ in snapshot.endpoint_slices.values():
        metadata = slice_.metadata
        owner = (metadata.namespace, metadata.labels.get(SERVICE_NAME, ""))
        if owner != service.key:
            continue
        for port in slice_.ports or []:
            if port.name != port_name or port.port is None:
                continue
            for endpoint in slice_.endpoints or []:
                if endpoint.conditions.ready is not False:
                    # Any of an endpoint's addresses is as good as another (EndpointSlice docs).
                    yield _loopback(endpoint.addresses[0]), port.port


def _loopback(address: str) -> str:
    # Not every resolver knows that RFC 6761 makes these names loopback.
    return "127.0.0.1" if address.endswith(".localhost") else address
