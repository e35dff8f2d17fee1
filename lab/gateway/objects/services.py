"""v1 Service and discovery.k8s.io/v1 EndpointSlice, with the fields a gateway reads."""

from typing import Literal

from pydantic import Field

from lab.gateway.objects.resources import Model, Object

SERVICE_NAME = "kubernetes.io/service-name"
"""The label by which an EndpointSlice belongs to a Service of its namespace."""


class LoadBalancerIngress(Model):
    """An entry of `status.loadBalancer.ingress`."""

    hostname: str = ""


class LoadBalancerStatus(Model):
    """`status.loadBalancer`."""

    ingress: list[LoadBalancerIngress] = Field(default_factory=list)


class LoadBalanced(Model):
    """The status of a Service or of an Ingress, of which only the addresses concern a gateway."""

    load_balancer: LoadBalancerStatus = LoadBalancerStatus()

    @classmethod
    def at(cls, hostname: str) -> "LoadBalanced":
        """A status whose only address is `hostname`."""
        return cls(
            load_balancer=LoadBalancerStatus(ingress=[LoadBalancerIngress(hostname=hostname)])
        )


class ServicePort(Model):
    """An entry of `Service.spec.ports`; 0 is a node port that the Service does not have."""

    name: str = ""
    port: int
    target_port: int | str | None = None
    node_port: int = 0


class ServiceSpec(Model):
    """`Service.spec`."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] = "ClusterIP"
    load_balancer_class: str | None = None
    selector: dict[str, str] = Field(default_factory=dict)
    ports: list[ServicePort] = Field(default_factory=list)


class Service(Object):
    """v1 Service."""

    spec: ServiceSpec = ServiceSpec()
    status: LoadBalanced = LoadBalanced()


class EndpointConditions(Model):
    """`endpoints[].conditions`; a `ready` that is not told counts as true."""

    ready: bool | None = None


class Endpoint(Model):
    """An entry of `EndpointSlice.endpoints`."""

    addresses: list[str]
    conditions: EndpointConditions = EndpointConditions()


class EndpointPort(Model):
    """An entry of `EndpointSlice.ports`; its name is that of the Service's port."""

    name: str = ""
    port: int | None = None


class EndpointSlice(Object):
    """discovery.k8s.io/v1 EndpointSlice."""

    endpoints: list[Endpoint] | None = None
    ports: list[EndpointPort] | None = None
