"""Which Ingresses are this controller's, and what they say.

Rules: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types and
"Hostname wildcards" below it.
"""

from collections.abc import Iterable, Iterator

from lab.gateway.backends import Forward, named_backend
from lab.gateway.httproute import PathMatch, RouteMatch
from lab.gateway.ingress import Ingress, IngressPath
from lab.gateway.matching import Entry, Listener
from lab.gateway.snapshot import Snapshot


def own(snapshot: Snapshot, controller: str) -> list[Ingress]:
    """The Ingresses to serve.

    They are of a class of `controller`, and neither a default backend nor a backend that is no
    Service is in them: such an Ingress is not served at all and gets no address.
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
        and all(path.backend.service for rule in ingress.spec.rules for path in rule.http.paths)
    ]


def serve(ingresses: Iterable[Ingress], snapshot: Snapshot) -> Iterator[Listener]:
    """What is served: a listener for each host, with the paths of every Ingress that names it."""
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
    # A prefix goes by elements here as there, and of two that match the longer one goes first.
    if path.path_type == "Exact":
        return RouteMatch(path=PathMatch(type="Exact", value=path.path))
    return RouteMatch(path=PathMatch(type="PathPrefix", value=path.path))


def _forward(namespace: str, path: IngressPath, snapshot: Snapshot) -> Forward:
    if (service := path.backend.service) is None:
        return Forward([], [])
    port = service.port.name or service.port.number
    return Forward([named_backend(snapshot, (namespace, service.name), port)], [])
