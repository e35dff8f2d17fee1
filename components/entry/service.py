"""The way in through a Service: a port on each node, or a load balancer of the cloud."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes

from components.objects.known_after import known_after
from components.objects.metadata import WRITTEN_BY_CLUSTER, metadata
from components.objects.place import Place
from components.rules import defaults
from components.rules.kubernetes import ADDRESS_ASSIGNED, WAIT_FOR

SELECTOR = {"app": "notification-controller"}
TARGET_PORT = "http-webhook"
"""Pods and port of Flux's own Service webhook-receiver; `http` is the event server, which reconciles nothing."""


class NodePortArgs(TypedDict):
    """A Service of type NodePort."""

    name: NotRequired[str]
    """Name of the Service; defaults to "webhook-receiver-external", since `flux install` resets its own."""
    port: NotRequired[int]
    """Port on each node; defaults to 31234."""


class LoadBalancerArgs(TypedDict):
    """A Service of type LoadBalancer."""

    name: NotRequired[str]
    """Name of the Service; defaults to "webhook-receiver-external", since `flux install` resets its own."""
    port: NotRequired[int]
    """Port of the load balancer; defaults to 80."""
    annotations: NotRequired[Mapping[str, str]]
    """Annotations for the cloud's controller; defaults to none."""


def node_port(
    name: str, namespace: pulumi.Input[str], args: NodePortArgs, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Create a Service of type NodePort to the pods of notification-controller, for all Receivers.

    Return its host, which is empty, since the nodes are not asked for theirs; it is known once the Service exists.
    """
    place = Place(name, args.get("name", defaults.RECEIVER_SERVICE), namespace, parent)
    port = kubernetes.core.v1.ServicePortArgs(
        port=80, node_port=args.get("port", defaults.NODE_PORT)
    )
    service = _service(place, "NodePort", port, {"pulumi.com/skipAwait": "true"})
    return known_after(service, "")


def load_balancer(
    name: str, namespace: pulumi.Input[str], args: LoadBalancerArgs, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Create a Service of type LoadBalancer, for all Receivers; return its host, known once it has one.

    Source: Flux, "Setup Webhook Receivers"; Kubernetes, "Service".
    """
    place = Place(name, args.get("name", defaults.RECEIVER_SERVICE), namespace, parent)
    port = kubernetes.core.v1.ServicePortArgs(port=args.get("port", defaults.BALANCER_PORT))
    annotations = {**args.get("annotations", {}), WAIT_FOR: ADDRESS_ASSIGNED}
    return _service(place, "LoadBalancer", port, annotations).status.apply(_address)


# Quoted annotations: naming a type of this module would import thousands of classes at program start.
def _service(
    place: Place,
    service_type: str,
    port: "kubernetes.core.v1.ServicePortArgs",
    annotations: Mapping[str, str],
) -> "kubernetes.core.v1.Service":
    """Create the Service, and a NetworkPolicy that lets in traffic from outside the cluster.

    Flux's own policy `allow-webhooks` lets in pods only.

    Source: flux2 `manifests/policies/allow-webhooks.yaml`.
    """
    # A port is merged by its number: where that changes, a preview sees both, which must have different names.
    port.name, port.protocol, port.target_port = f"http-{port.port}", "TCP", TARGET_PORT
    networking = kubernetes.networking.v1
    service = kubernetes.core.v1.Service(
        f"{place.name}/{place.object_name}-service",
        metadata=metadata(place, annotations, content=[port.name]),
        spec=kubernetes.core.v1.ServiceSpecArgs(type=service_type, selector=SELECTOR, ports=[port]),
        opts=pulumi.ResourceOptions(
            parent=place.parent,
            custom_timeouts=pulumi.CustomTimeouts(create="10m", update="10m"),
            hide_diffs=WRITTEN_BY_CLUSTER,
        ),
    )
    networking.NetworkPolicy(
        f"{place.name}/{place.object_name}-network-policy",
        metadata=metadata(place),
        spec=networking.NetworkPolicySpecArgs(
            pod_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=SELECTOR),
            policy_types=["Ingress"],
            ingress=[
                networking.NetworkPolicyIngressRuleArgs(
                    ports=[networking.NetworkPolicyPortArgs(port=TARGET_PORT)]
                )
            ],
        ),
        opts=pulumi.ResourceOptions(parent=place.parent, hide_diffs=WRITTEN_BY_CLUSTER),
    )
    return service


def _address(status: "kubernetes.core.v1.outputs.ServiceStatus | None") -> str:
    points = status.load_balancer.ingress if status and status.load_balancer else None
    return (points[0].hostname or points[0].ip or "") if points else ""
