"""The ways in which GitHub reaches Flux's webhook receiver; a stack has exactly one."""

from typing import Annotated

from pydantic import Field

from components.rules import defaults
from settings.models.group import Group
from settings.models.types import Name, Port, require

FLUX_SERVICES = ("webhook-receiver", "notification-controller", "source-controller")
"""Services that `flux install` makes."""
ServiceName = Annotated[
    Name,
    require(
        lambda name: name not in FLUX_SERVICES,
        "is one of Flux's own Services; write another name",
    ),
]


class Gateway(Group):
    """The Gateway that serves the host, by one HTTPRoute for each Receiver."""

    name: Name = Field(description="name of the Gateway")
    namespace: Name = Field(description="namespace of the Gateway")
    section_name: Name = Field(
        default=defaults.GATEWAY_SECTION, description="name of the Gateway's TLS listener"
    )


class Ingress(Group):
    """The Ingress controller that serves the host, by one Ingress for each Receiver."""

    class_name: Name = Field(description="name of the IngressClass")
    tls_secret_name: Name | None = Field(
        default=None,
        description="Secret with the certificate; the controller's own certificate by default",
    )
    annotations: dict[str, str] = Field(
        default={}, description="annotations of every Ingress, such as those of cert-manager"
    )


class NodePort(Group):
    """A port on every node."""

    name: ServiceName = Field(
        default=defaults.RECEIVER_SERVICE, description="name of the Service of type NodePort"
    )
    port: Port = Field(default=defaults.NODE_PORT, description="port on every node")


class LoadBalancer(Group):
    """A load balancer of the cloud."""

    name: ServiceName = Field(
        default=defaults.RECEIVER_SERVICE, description="name of the Service of type LoadBalancer"
    )
    port: Port = Field(default=defaults.BALANCER_PORT, description="port of the load balancer")
    annotations: dict[str, str] = Field(
        default={}, description="annotations of the Service, such as those of the cloud for TLS"
    )
