"""What a Gateway's listeners say of themselves.

Reasons: https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditionreason
"""

from lab.gateway.resources import GROUP, Condition, Listener, RouteGroupKind, condition

HTTP_ROUTE = RouteGroupKind(group=GROUP, kind="HTTPRoute")


def conditions(listener: Listener) -> list[Condition]:
    """What is so whatever the routes are: Accepted, ResolvedRefs and Programmed."""
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
        message = "this gateway knows HTTPRoute only"
        resolved = condition("ResolvedRefs", "InvalidRouteKinds", message)
    usable = accepted.reason == "Accepted" and resolved.reason != "InvalidCertificateRef"
    return [accepted, resolved, condition("Programmed", "Programmed" if usable else "Invalid")]


def programmed(listener: Listener) -> bool:
    """Whether the listener is served at all."""
    return condition("Programmed", "Programmed") in conditions(listener)


def supported_kinds(listener: Listener) -> list[RouteGroupKind]:
    """The kinds of route that both the listener and this gateway know."""
    kinds = listener.allowed_routes.kinds
    return [HTTP_ROUTE] if not kinds or HTTP_ROUTE in kinds else []
