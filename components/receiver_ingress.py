"""The way in by an Ingress controller, from the public host to Flux's webhook receiver."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    HTTPIngressPathArgs,
    HTTPIngressRuleValueArgs,
    Ingress,
    IngressBackendArgs,
    IngressRuleArgs,
    IngressServiceBackendArgs,
    IngressSpecArgs,
    IngressTLSArgs,
    ServiceBackendPortArgs,
)

from components._order import after
from components._rules import ADDRESS_GIVEN, WEBHOOK_RECEIVER

WAIT = pulumi.CustomTimeouts(create="5m", update="5m")


class ReceiverIngressArgs(TypedDict):
    """Inputs of a ReceiverIngress."""

    object_name: pulumi.Input[str]
    """Name of the Ingress."""
    namespace: pulumi.Input[str]
    """Namespace of the Ingress: that of Service webhook-receiver."""
    host: pulumi.Input[str]
    """Public DNS name."""
    path: pulumi.Input[str]
    """The Receiver's path; matched exactly, since notification-controller compares the whole request URI."""
    class_name: pulumi.Input[str]
    """Name of the IngressClass."""
    tls_secret_name: NotRequired[pulumi.Input[str] | None]
    """Secret with the certificate of the host; defaults to the controller's own certificate."""
    annotations: NotRequired[Mapping[str, str]]
    """Annotations for the controller, cert-manager or external-dns; defaults to none."""


class ReceiverIngress(pulumi.ComponentResource):
    """One Ingress for one Receiver: exact path; done when the controller has given it an address.

    An Ingress can neither match a method nor set a header: what a controller has for that (HSTS, rate limits) goes
    into its annotations.

    Source: Kubernetes `networking.k8s.io/v1` Ingress; Flux, "Setup Webhook Receivers".
    """

    path: pulumi.Output[str]
    """Secret: the Receiver's path; known once the controller serves it."""

    def __init__(
        self, name: str, args: ReceiverIngressArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Ingress and wait for its address."""
        super().__init__("fluxhook:index:ReceiverIngress", name, {}, opts)
        tls_secret_name = args.get("tls_secret_name")
        backend = IngressServiceBackendArgs(
            name=WEBHOOK_RECEIVER, port=ServiceBackendPortArgs(number=80)
        )
        path = HTTPIngressPathArgs(
            path=args["path"], path_type="Exact", backend=IngressBackendArgs(service=backend)
        )
        rule = IngressRuleArgs(host=args["host"], http=HTTPIngressRuleValueArgs(paths=[path]))
        tls = IngressTLSArgs(hosts=[args["host"]], secret_name=tls_secret_name)
        ingress = Ingress(
            f"{name}-ingress",
            metadata=ObjectMetaArgs(
                name=args["object_name"],
                namespace=args["namespace"],
                annotations={**args.get("annotations", {}), "pulumi.com/waitFor": ADDRESS_GIVEN},
            ),
            spec=IngressSpecArgs(
                ingress_class_name=args["class_name"],
                rules=[rule],
                tls=[tls] if tls_secret_name else None,
            ),
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.path = after(ingress, args["path"])
        self.register_outputs({})
