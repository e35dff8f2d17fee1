"""The ways in which GitHub reaches Flux's webhook receiver; a stack has exactly one."""

from typing import Annotated

from pydantic import Field

from components.values.types import Name, Values, rule

EXTERNAL = "webhook-receiver-external"
"""Name of the Service that is made beside Flux's own `webhook-receiver`, which `flux install` keeps as it is."""
FLUX_SERVICES = ("webhook-receiver", "notification-controller", "source-controller")
ServiceName = Annotated[
    Name,
    rule(
        lambda name: name not in FLUX_SERVICES,
        "is one of Flux's own Services; write another name",
    ),
]


class Gateway(Values):
    """The Gateway that serves the host, by one HTTPRoute for each Receiver."""

    name: Name = Field(description="name of the Gateway")
    namespace: Name = Field(description="namespace of the Gateway")
    section_name: Name = Field(default="https", description="name of the Gateway's TLS listener")


class Ingress(Values):
    """The Ingress controller that serves the host, by one Ingress for each Receiver."""

    class_name: Name = Field(description="name of the IngressClass")
    tls_secret_name: Name | None = Field(
        default=None, description="Secret with the certificate; the controller's own by default"
    )
    annotations: dict[str, str] = Field(
        default={}, description="annotations of every Ingress, such as cert-manager's"
    )


class NodePort(Values):
    """A port on every node."""

    name: ServiceName = Field(default=EXTERNAL, description="name of the Service of type NodePort")
    port: int = Field(default=31234, ge=1, le=65535, description="port on every node")


class LoadBalancer(Values):
    """A load balancer of the cloud's."""

    name: ServiceName = Field(
        default=EXTERNAL, description="name of the Service of type LoadBalancer"
    )
    port: int = Field(default=80, ge=1, le=65535, description="port of the load balancer")
    annotations: dict[str, str] = Field(
        default={}, description="annotations of the Service, such as the cloud's for TLS"
    )
