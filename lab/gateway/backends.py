"""From a rule's `backendRefs` to processes: Services, EndpointSlices and ReferenceGrants."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import SystemRandom

from lab.gateway.httproute import BackendRef, Filter, HTTPRoute, Rule
from lab.gateway.resources import GROUP, ReferenceGrant
from lab.gateway.services import SERVICE_NAME, Service, ServicePort
from lab.gateway.snapshot import Key, Snapshot

RANDOM = SystemRandom()


@dataclass(frozen=True)
class Fault:
    """Why a reference does not resolve: a reason of condition `ResolvedRefs`, and a message."""

    reason: str
    message: str


@dataclass(frozen=True)
class Backend:
    """A share of a rule's requests.

    Attributes:
        name: For the log.
        weight: Its share, relative to the rule's other backends.
        endpoints: Host and port of each process that is ready.
        fault: Why the reference is not valid; its share of requests then fails.
    """

    name: str
    weight: int
    endpoints: list[tuple[str, int]] = field(default_factory=list)
    fault: Fault | None = None


@dataclass(frozen=True)
class Forward:
    """What happens to the requests of one rule."""

    backends: list[Backend]
    filters: list[Filter]

    def choose(self) -> Backend | None:
        """A backend at random by weight, or None when the rule has none."""
        weights = [backend.weight for backend in self.backends]
        return RANDOM.choices(self.backends, weights)[0] if any(weights) else None


def resolve(route: HTTPRoute, rule: Rule, snapshot: Snapshot) -> Forward:
    """What `rule` of `route` forwards to as the cluster is in `snapshot`."""
    backends = [_backend(route, ref, snapshot) for ref in rule.backend_refs]
    return Forward(backends, rule.filters)


def _backend(route: HTTPRoute, ref: BackendRef, snapshot: Snapshot) -> Backend:
    namespace = ref.namespace or route.metadata.namespace
    name = f"{namespace}/{ref.name}:{ref.port}"

    def faulty(reason: str, message: str) -> Backend:
        return Backend(name, ref.weight, fault=Fault(reason, message))

    if (ref.group, ref.kind) != ("", "Service"):
        return faulty("InvalidKind", f"{ref.kind} {ref.group} {ref.name} is not a v1 Service")
    if namespace != route.metadata.namespace and not _granted(
        route, namespace, ref.name, snapshot.reference_grants.values()
    ):
        return faulty("RefNotPermitted", f"no ReferenceGrant in {namespace} allows {ref.name}")
    return named_backend(snapshot, (namespace, ref.name), ref.port, ref.weight)


def named_backend(
    snapshot: Snapshot, service: Key, port: int | str | None, weight: int = 1
) -> Backend:
    """A Service's port, by number or by name, as a share of `weight`."""
    namespace, name = service
    found = snapshot.services.get(service)
    if found is None:
        message = f"there is no Service {namespace}/{name}"
    else:
        for each in found.spec.ports:
            if port in {each.port, each.name}:
                return backend(snapshot, found, each, weight)
        message = f"Service {namespace}/{name} has no port {port}"
    fault = Fault("BackendNotFound", message)
    return Backend(f"{namespace}/{name}:{port}", weight, fault=fault)


def backend(snapshot: Snapshot, service: Service, port: ServicePort, weight: int = 1) -> Backend:
    """The processes behind `port` of `service`, as a share of `weight`."""
    namespace, name = service.key
    endpoints = list(_endpoints(snapshot, service, port.name))
    return Backend(f"{namespace}/{name}:{port.port}", weight, endpoints)


def _granted(route: HTTPRoute, namespace: str, name: str, grants: Iterable[ReferenceGrant]) -> bool:
    source = (GROUP, "HTTPRoute", route.metadata.namespace)
    return any(
        grant.metadata.namespace == namespace
        and any((each.group, each.kind, each.namespace) == source for each in grant.spec.from_)
        and any(
            (each.group, each.kind) == ("", "Service") and each.name in {"", name}
            for each in grant.spec.to
        )
        for grant in grants
    )


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
