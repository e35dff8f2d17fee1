"""The way in through a Gateway: an HTTPRoute from the public host to Flux's webhook receiver."""

import json
from typing import NotRequired, TypedDict

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.known_after import known_after
from components.objects.place import Place
from components.rules import defaults
from components.rules.kubernetes import GATEWAY_API, WAIT_FOR, WEBHOOK_RECEIVER

BACKEND = {"kind": "Service", "name": WEBHOOK_RECEIVER, "port": 80}
CONDITION = 'jsonpath={{.status.parents[0].conditions[?(@.type=="{}")].status}}=True'
SERVED = json.dumps([CONDITION.format(each) for each in ("Accepted", "ResolvedRefs")])
"""Accepted alone is not enough: a route whose Service is missing is accepted, and answers 500.

Source: Gateway API, `RouteConditionType`.
"""
HSTS = "max-age=31536000; includeSubDomains; preload"


class GatewayArgs(TypedDict):
    """The Gateway that serves the host."""

    name: pulumi.Input[str]
    """Name of the Gateway."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of the Gateway; defaults to that of Flux."""
    section_name: NotRequired[pulumi.Input[str]]
    """Name of the Gateway's TLS listener; defaults to "https"."""


def http_route(
    place: Place,
    host: pulumi.Input[str],
    path: pulumi.Output[str],
    gateway: GatewayArgs,
) -> pulumi.Output[str]:
    """Create an HTTPRoute for one Receiver: exact path, POST only, HSTS on each answer; return its path.

    The path is known once the Gateway has accepted the route and found the Service behind it. It is matched exactly,
    since notification-controller compares the whole request URI. The route lies in the namespace of Service
    webhook-receiver, so that no ReferenceGrant is needed.

    Source: Gateway API `HTTPRoute` (v1); Flux, "Setup Webhook Receivers".
    """
    header = {"name": "Strict-Transport-Security", "value": HSTS}
    route = CustomObject(
        place,
        "http-route",
        GATEWAY_API,
        "HTTPRoute",
        {
            "hostnames": [host],
            "parentRefs": [
                {
                    "group": "gateway.networking.k8s.io",
                    "kind": "Gateway",
                    "name": gateway["name"],
                    "namespace": gateway.get("namespace", place.namespace),
                    "sectionName": gateway.get("section_name", defaults.GATEWAY_SECTION),
                }
            ],
            "rules": [
                {
                    "matches": [{"path": {"type": "Exact", "value": path}, "method": "POST"}],
                    "filters": [
                        {
                            "type": "ResponseHeaderModifier",
                            "responseHeaderModifier": {"set": [header]},
                        }
                    ],
                    "backendRefs": [BACKEND],
                }
            ],
        },
        annotations={WAIT_FOR: SERVED},
        timeout="3m",
    )
    return known_after(route, path)
