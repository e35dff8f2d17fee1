"""Which listeners a route is attached to, and why not to the others.

Reasons: https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab.gateway.backends import Forward
from lab.gateway.httproute import HTTPRoute, ParentRef, PathMatch, ValueMatch
from lab.gateway.listeners import programmed, supported_kinds
from lab.gateway.matching import intersect
from lab.gateway.resources import (
    GROUP,
    Condition,
    Gateway,
    LabelSelector,
    Listener,
    condition,
)
from lab.gateway.snapshot import Key, Snapshot

FILTERS = {"RequestHeaderModifier", "ResponseHeaderModifier"}
"""Types of filters that this gateway applies."""


@dataclass(frozen=True)
class Attachment:
    """The answer to one of a route's `parentRefs`.

    Attributes:
        parent_ref: The reference.
        gateway: The Gateway it means.
        conditions: What the route is told.
        hostnames: The hostnames it is served for, by listener; empty unless it is accepted.
    """

    parent_ref: ParentRef
    gateway: Key
    conditions: list[Condition]
    hostnames: Mapping[str, list[str]] = field(default_factory=dict)


def attach(
    route: HTTPRoute, forwards: list[Forward], gateways: Mapping[Key, Gateway], snapshot: Snapshot
) -> Iterator[Attachment]:
    """Answers those of the route's `parentRefs` that mean one of `gateways`.

    Args:
        route: The route.
        forwards: What its rules forward to.
        gateways: The Gateways of this controller.
        snapshot: The cluster.
    """
    resolved = _resolved(forwards)
    for ref in route.spec.parent_refs:
        key = (ref.namespace or route.metadata.namespace, ref.name)
        gateway = gateways.get(key)
        if (ref.group, ref.kind) == (GROUP, "Gateway") and gateway is not None:
            accepted, hostnames = _accepted(route, ref, gateway, snapshot)
            yield Attachment(ref, key, [accepted, resolved], hostnames)


def _resolved(forwards: list[Forward]) -> Condition:
    faults = (backend.fault for forward in forwards for backend in forward.backends)
    if fault := next(filter(None, faults), None):
        return condition("ResolvedRefs", fault.reason, fault.message)
    return condition("ResolvedRefs", "ResolvedRefs")


def _accepted(
    route: HTTPRoute, ref: ParentRef, gateway: Gateway, snapshot: Snapshot
) -> tuple[Condition, dict[str, list[str]]]:
    def refused(reason: str, message: str) -> tuple[Condition, dict[str, list[str]]]:
        return condition("Accepted", reason, message), {}

    meant = [
        listener
        for listener in gateway.spec.listeners
        if ref.section_name in {None, listener.name}
        and ref.port in {None, listener.port}
        and programmed(listener)
    ]
    if not meant:
        return refused("NoMatchingParent", "the Gateway has no such listener that is programmed")
    allowing = [each for each in meant if _allows(each, gateway, route, snapshot)]
    if not allowing:
        message = f"no listener allows an HTTPRoute of namespace {route.metadata.namespace}"
        return refused("NotAllowedByListeners", message)
    hostnames = {each.name: served for each in allowing if (served := _hostnames(each, route))}
    if not hostnames:
        offered = ", ".join(listener.hostname for listener in allowing)
        message = f"{', '.join(route.spec.hostnames)} is not within {offered}"
        return refused("NoMatchingListenerHostname", message)
    if fault := next(unsupported(route), None):
        return refused("UnsupportedValue", fault)
    return condition("Accepted", "Accepted"), hostnames


def _hostnames(listener: Listener, route: HTTPRoute) -> list[str]:
    found = (intersect(listener.hostname, own) for own in route.spec.hostnames or [""])
    return [hostname for hostname in found if hostname is not None]


def _allows(listener: Listener, gateway: Gateway, route: HTTPRoute, snapshot: Snapshot) -> bool:
    allowed, namespace = listener.allowed_routes.namespaces, route.metadata.namespace
    if not supported_kinds(listener):
        return False
    if allowed.from_ == "Same":
        return namespace == gateway.metadata.namespace
    if allowed.from_ == "Selector":
        found = snapshot.namespaces.get(("", namespace))
        return found is not None and selects(allowed.selector, found.metadata.labels)
    return True


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether `labels` meet all of `selector`."""
    for requirement in selector.match_expressions:
        key, values = requirement.key, requirement.values
        met = {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }
        if not met[requirement.operator]:
            return False
    return selector.match_labels.items() <= labels.items()


def unsupported(route: HTTPRoute) -> Iterator[str]:
    """What of `route` this gateway cannot do; such a route is not served at all."""
    for index, rule in enumerate(route.spec.rules):
        where = f"rules[{index}]"
        if rule.timeouts:
            yield f"{where}.timeouts: this gateway has none"
        for filter_ in rule.filters:
            if filter_.type not in FILTERS:
                yield f"{where}.filters: this gateway has no {filter_.type}"
        if any(ref.filters for ref in rule.backend_refs):
            yield f"{where}.backendRefs: this gateway filters whole rules only"
        for match in rule.matches:
            matches: list[PathMatch | ValueMatch]
            matches = [match.path, *match.headers, *match.query_params]
            for each in matches:
                if each.type == "RegularExpression" and not _compiles(each.value):
                    yield f"{where}.matches: {each.value!r} is not a regular expression"


def _compiles(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True
