"""The way in: an HTTPRoute from the public host to Flux's webhook receiver."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import GATEWAY_API, WEBHOOK_RECEIVER

BACKEND = {"kind": "Service", "name": WEBHOOK_RECEIVER, "port": 80}
ACCEPTED = 'jsonpath={.status.parents[0].conditions[?(@.type=="Accepted")].status}=True'
HSTS = "max-age=31536000; includeSubDomains; preload"
WAIT = pulumi.CustomTimeouts(create="3m", update="3m")


class ReceiverRouteArgs(TypedDict):
    """Inputs of a ReceiverRoute."""

    object_name: pulumi.Input[str]
    """Name of the HTTPRoute."""
    namespace: pulumi.Input[str]
    """Namespace of the HTTPRoute: that of Service webhook-receiver, so that no ReferenceGrant is needed."""
    host: pulumi.Input[str]
    """Public DNS name."""
    path: pulumi.Input[str]
    """The Receiver's path; matched exactly, since notification-controller compares the whole request URI."""
    gateway: pulumi.Input[str]
    """Name of the Gateway."""
    gateway_namespace: NotRequired[pulumi.Input[str]]
    """Namespace of the Gateway; defaults to the route's."""
    section: NotRequired[pulumi.Input[str]]
    """Name of the Gateway's listener; defaults to "https"."""


class ReceiverRoute(pulumi.ComponentResource):
    """One HTTPRoute for one Receiver: exact path, POST only, HSTS on every answer; done when the Gateway accepts it.

    Source: Gateway API `HTTPRoute` (v1); Flux, "Setup Webhook Receivers".
    """

    path: pulumi.Output[str]
    """Secret: the Receiver's path; known once the Gateway has accepted the route to it."""

    def __init__(
        self, name: str, args: ReceiverRouteArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the HTTPRoute and wait until it is accepted."""
        super().__init__("fluxhook:index:ReceiverRoute", name, {}, opts)
        header = {"name": "Strict-Transport-Security", "value": HSTS}
        rule = {
            "matches": [{"path": {"type": "Exact", "value": args["path"]}, "method": "POST"}],
            "filters": [
                {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [header]}}
            ],
            "backendRefs": [BACKEND],
        }
        route = CustomResource(
            f"{name}-http-route",
            api_version=GATEWAY_API,
            kind="HTTPRoute",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": {"pulumi.com/waitFor": ACCEPTED},
            },
            spec={
                "hostnames": [args["host"]],
                "parentRefs": [
                    {
                        "group": "gateway.networking.k8s.io",
                        "kind": "Gateway",
                        "name": args["gateway"],
                        "namespace": args.get("gateway_namespace", args["namespace"]),
                        "sectionName": args.get("section", "https"),
                    }
                ],
                "rules": [rule],
            },
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.path = after(route, args["path"])
        self.register_outputs({})
