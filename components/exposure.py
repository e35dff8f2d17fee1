"""How GitHub reaches a Receiver: by HTTPRoute, Ingress, NodePort or LoadBalancer, as the stack says."""

import pulumi

from components.cluster import Cluster
from components.receiver import Receiver
from components.receiver_ingress import ReceiverIngress
from components.receiver_route import ReceiverRoute


def serve(
    name: str, cluster: Cluster, object_name: str, receiver: Receiver, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """Secret: the receiver URL, known once it is served; nothing is made where a Service serves all paths."""
    return pulumi.Output.concat(cluster.base_url, _path(name, cluster, object_name, receiver, opts))


def _path(
    name: str, cluster: Cluster, object_name: str, receiver: Receiver, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    stack = cluster.stack
    if stack.gateway:
        return ReceiverRoute(
            name,
            {
                "object_name": object_name,
                "namespace": cluster.namespace,
                "host": stack.host or "",
                "path": receiver.path,
                "gateway": stack.gateway.name,
                "gateway_namespace": stack.gateway.namespace,
                "section": stack.gateway.section_name,
            },
            opts,
        ).path
    if stack.ingress:
        return ReceiverIngress(
            name,
            {
                "object_name": object_name,
                "namespace": cluster.namespace,
                "host": stack.host or "",
                "path": receiver.path,
                "class_name": stack.ingress.class_name,
                "tls_secret_name": stack.ingress.tls_secret_name,
                "annotations": stack.ingress.annotations,
            },
            opts,
        ).path
    return receiver.path
