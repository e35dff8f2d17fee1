"""The way in by a Service: a port on every node, or a load balancer of the cloud's."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking.v1 import (
    NetworkPolicy,
    NetworkPolicyIngressRuleArgs,
    NetworkPolicyPortArgs,
    NetworkPolicySpecArgs,
)

from components._rules import ADDRESS_GIVEN

WAIT = pulumi.CustomTimeouts(create="10m", update="10m")
BALANCED, ON_NODES = {"pulumi.com/waitFor": ADDRESS_GIVEN}, {"pulumi.com/skipAwait": "true"}
SELECTOR = {"app": "notification-controller"}
TARGET_PORT = "http-webhook"
"""Pods and port of Flux's own Service webhook-receiver; `http` would be the event server, which reconciles nothing."""


class ReceiverServiceArgs(TypedDict):
    """Inputs of a ReceiverService."""

    object_name: pulumi.Input[str]
    """Name of the Service; another one than webhook-receiver, which `flux install` keeps as it is."""
    namespace: pulumi.Input[str]
    """Namespace in which Flux runs."""
    port: int
    """Port of the load balancer, or on every node."""
    load_balancer: NotRequired[bool]
    """Whether the Service has type LoadBalancer, else NodePort; defaults to False."""
    annotations: NotRequired[Mapping[str, str]]
    """Annotations for the cloud's controller; defaults to none."""


class ReceiverService(pulumi.ComponentResource):
    """One Service to the pods of notification-controller, for all Receivers; done when a load balancer has its address.

    With a NetworkPolicy that lets in who comes from outside: Flux's own `allow-webhooks` lets in pods alone.

    Source: Flux, "Setup Webhook Receivers"; flux2 `manifests/policies/allow-webhooks.yaml`; Kubernetes, "Service".
    """

    host: pulumi.Output[str]
    """Name or address of the load balancer, known once it has one; empty for a port on every node."""

    def __init__(
        self, name: str, args: ReceiverServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Service and wait for its address, if it gets one."""
        super().__init__("fluxhook:index:ReceiverService", name, {}, opts)
        balanced = args.get("load_balancer", False)
        port = args["port"] if balanced else 80
        service = kubernetes.core.v1.Service(
            f"{name}-service",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": {
                    **args.get("annotations", {}),
                    **(BALANCED if balanced else ON_NODES),
                },
            },
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="LoadBalancer" if balanced else "NodePort",
                selector=SELECTOR,
                ports=[
                    kubernetes.core.v1.ServicePortArgs(
                        # A port is merged by its number: where that changes, a preview sees both,
                        # which must not have one name.
                        name=f"http-{port}",
                        protocol="TCP",
                        port=port,
                        target_port=TARGET_PORT,
                        node_port=None if balanced else args["port"],
                    )
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        NetworkPolicy(
            f"{name}-network-policy",
            metadata=ObjectMetaArgs(name=args["object_name"], namespace=args["namespace"]),
            spec=NetworkPolicySpecArgs(
                pod_selector=LabelSelectorArgs(match_labels=SELECTOR),
                policy_types=["Ingress"],
                ingress=[
                    NetworkPolicyIngressRuleArgs(ports=[NetworkPolicyPortArgs(port=TARGET_PORT)])
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.host = service.status.apply(_address)
        self.register_outputs({"host": self.host})


def _address(status: kubernetes.core.v1.outputs.ServiceStatus | None) -> str:
    given = status.load_balancer.ingress if status and status.load_balancer else None
    return (given[0].hostname or given[0].ip or "") if given else ""
