"""Which Ingresses this controller serves, and their rules.

Rules: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types and
"Hostname wildcards" below it.
"""

from collections.abc import Iterable, Iterator

from lab.gateway.backends import Forward, named_backend
from lab.gateway.matching import Entry, Listener
from lab.gateway.objects.httproute import PathMatch, RouteMatch
from lab.gateway.objects.ingress import Ingress, IngressPath
from lab.gateway.objects.snapshot import Snapshot


def own(snapshot: Snapshot, controller: str) -> list[Ingress]:
    """The Ingresses of a controller's classes that can be served.

    An Ingress with a default backend, a backend that is not a Service, or a path of type
    `ImplementationSpecific` is not served and gets no address.
    """
    classes = {
        each.metadata.name
        for each in snapshot.ingress_classes.values()
        if each.spec.controller == controller
    }
    return [
        ingress
        for ingress in snapshot.ingresses.values()
        if ingress.spec.ingress_class_name in classes
        and ingress.spec.default_backend is None
        and all(_supported(path) for rule in ingress.spec.rules for path in rule.http.paths)
    ]


def _supported(path: IngressPath) -> bool:
    return path.backend.service is not None and path.path_type != "ImplementationSpecific"


def serve(ingresses: Iterable[Ingress], snapshot: Snapshot) -> Iterator[Listener]:
    """Yields a listener for each host, with the paths of all Ingresses for that host."""
    entries: dict[str, list[Entry]] = {}
    for ingress in ingresses:
        age, namespace = ingress.metadata.creation_timestamp, ingress.metadata.namespace
        for i, rule in enumerate(ingress.spec.rules):
            host = rule.host.lower()
            for j, path in enumerate(rule.http.paths):
                forward = _forward(namespace, path, snapshot)
                entry = Entry(host, _match(path), (age, ingress.key, i, j), forward)
                entries.setdefault(host, []).append(entry)
    for host, found in entries.items():
        yield Listener(host, found, one_label=True)


def _match(path: IngressPath) -> RouteMatch:
    # Both APIs compare prefixes by path elements, and prefer the longer of two that match.
    if path.path_type == "Exact":
        return RouteMatch(path=PathMatch(type="Exact", value=path.path))
    return RouteMatch(path=PathMatch(type="PathPrefix", value=path.path))


def _forward(namespace: str, path: IngressPath, snapshot: Snapshot) -> Forward:
    if (service := path.backend.service) is None:
        return Forward()
    port = service.port.name or service.port.number
    return Forward(named_backend(snapshot, (namespace, service.name), port))
