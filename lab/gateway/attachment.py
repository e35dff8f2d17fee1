"""Which listeners a route is attached to, and why not to the others.

Reasons: https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason and
https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditionreason
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab.gateway.backends import Forward
from lab.gateway.matching import intersect
from lab.gateway.objects.httproute import HTTPRoute, ParentRef, unsupported
from lab.gateway.objects.resources import (
    GROUP,
    Condition,
    Gateway,
    Listener,
    RouteGroupKind,
    condition,
)
from lab.gateway.objects.snapshot import Key

HTTP_ROUTE = RouteGroupKind(group=GROUP, kind="HTTPRoute")


@dataclass(frozen=True)
class Attachment:
    """The answer to one of a route's `parentRefs`.

    Attributes:
        parent_ref: The reference.
        gateway: The Gateway to which it refers.
        conditions: Accepted and ResolvedRefs, for the route's status.
        hostnames: The hostnames that are served, by listener; empty unless it is accepted.
    """

    parent_ref: ParentRef
    gateway: Key
    conditions: list[Condition]
    hostnames: Mapping[str, list[str]] = field(default_factory=dict)


def attach(
    route: HTTPRoute, forwards: list[Forward], gateways: Mapping[Key, Gateway]
) -> Iterator[Attachment]:
    """Answers those of a route's `parentRefs` that refer to a Gateway of this controller.

    Args:
        route: The route.
        forwards: Where the requests of each of its rules go.
        gateways: The Gateways of this controller.
    """
    resolved = _resolved(forwards)
    for ref in route.spec.parent_refs:
        key = (ref.namespace or route.metadata.namespace, ref.name)
        gateway = gateways.get(key)
        if (ref.group, ref.kind) == (GROUP, "Gateway") and gateway is not None:
            accepted, hostnames = _accepted(route, ref, gateway)
            yield Attachment(ref, key, [accepted, resolved], hostnames)


def _resolved(forwards: list[Forward]) -> Condition:
    for forward in forwards:
        if forward.backend and (fault := forward.backend.fault):
            return condition("ResolvedRefs", fault.reason, fault.message)
    return condition("ResolvedRefs", "ResolvedRefs")


def _accepted(
    route: HTTPRoute, ref: ParentRef, gateway: Gateway
) -> tuple[Condition, dict[str, list[str]]]:
    def refused(reason: str, message: str) -> tuple[Condition, dict[str, list[str]]]:
        return condition("Accepted", reason, message), {}

    referred = [
        listener
        for listener in gateway.spec.listeners
        if ref.section_name in {None, listener.name}
        and ref.port in {None, listener.port}
        and programmed(listener)
    ]
    if not referred:
        return refused("NoMatchingParent", "the Gateway has no such listener that is programmed")
    allowing = [each for each in referred if _allows(each, gateway, route)]
    if not allowing:
        message = f"no listener allows an HTTPRoute of namespace {route.metadata.namespace}"
        return refused("NotAllowedByListeners", message)
    hostnames = {each.name: served for each in allowing if (served := _hostnames(each, route))}
    if not hostnames:
        offered = ", ".join(listener.hostname for listener in allowing)
        message = f"{', '.join(route.spec.hostnames)} is not within {offered}"
        return refused("NoMatchingListenerHostname", message)
    if refusals := list(unsupported(route)):
        return refused("UnsupportedValue", f"this gateway does not support {'; '.join(refusals)}")
    return condition("Accepted", "Accepted"), hostnames


def _hostnames(listener: Listener, route: HTTPRoute) -> list[str]:
    found = (intersect(listener.hostname, own) for own in route.spec.hostnames or [""])
    return [hostname for hostname in found if hostname is not None]


def _allows(listener: Listener, gateway: Gateway, route: HTTPRoute) -> bool:
    # A selector allows nobody: this gateway reads no labels of namespaces.
    allowed = listener.allowed_routes.namespaces.from_
    same = allowed == "Same" and route.metadata.namespace == gateway.metadata.namespace
    return bool(supported_kinds(listener)) and (same or allowed == "All")


def listener_conditions(listener: Listener) -> list[Condition]:
    """The conditions of a listener: Accepted, ResolvedRefs and Programmed."""
    accepted, resolved = (
        condition("Accepted", "Accepted"),
        condition("ResolvedRefs", "ResolvedRefs"),
    )
    if listener.protocol != "HTTPS":
        message = f"this gateway speaks HTTPS, not {listener.protocol}"
        accepted = condition("Accepted", "UnsupportedProtocol", message)
    if listener.tls.certificate_refs:
        message = "this gateway has a certificate of its own; use tls.options"
        resolved = condition("ResolvedRefs", "InvalidCertificateRef", message)
    elif any(kind != HTTP_ROUTE for kind in listener.allowed_routes.kinds):
        message = "this gateway supports HTTPRoute only"
        resolved = condition("ResolvedRefs", "InvalidRouteKinds", message)
    usable = accepted.reason == "Accepted" and resolved.reason != "InvalidCertificateRef"
    return [accepted, resolved, condition("Programmed", "Programmed" if usable else "Invalid")]


def programmed(listener: Listener) -> bool:
    """Whether the listener is served at all."""
    return condition("Programmed", "Programmed") in listener_conditions(listener)


def supported_kinds(listener: Listener) -> list[RouteGroupKind]:
    """The kinds of route that both the listener and this gateway support."""
    kinds = listener.allowed_routes.kinds
    return [HTTP_ROUTE] if not kinds or HTTP_ROUTE in kinds else []
