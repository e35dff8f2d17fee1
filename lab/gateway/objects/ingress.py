"""networking.k8s.io/v1 Ingress and IngressClass, with the fields a controller reads."""

from typing import Literal

from pydantic import Field

from lab.gateway.objects.resources import Model, Object
from lab.gateway.objects.services import LoadBalanced


class IngressClassSpec(Model):
    """`IngressClass.spec`."""

    controller: str


class IngressClass(Object):
    """An IngressClass."""

    spec: IngressClassSpec


class ServiceBackendPort(Model):
    """`backend.service.port`: by name or by number."""

    name: str = ""
    number: int = 0


class ServiceBackend(Model):
    """`backend.service`."""

    name: str
    port: ServiceBackendPort


class IngressBackend(Model):
    """`backend`; without a service it is another resource of the implementation's."""

    service: ServiceBackend | None = None


class IngressPath(Model):
    """An entry of `paths`."""

    path: str = "/"
    path_type: Literal["Exact", "Prefix", "ImplementationSpecific"]
    backend: IngressBackend


class IngressPaths(Model):
    """`rules[].http`."""

    paths: list[IngressPath]


class IngressRule(Model):
    """An entry of `rules`; an empty host is every host."""

    host: str = ""
    http: IngressPaths = IngressPaths(paths=[])


class IngressSpec(Model):
    """`Ingress.spec`."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    rules: list[IngressRule] = Field(default_factory=list)


class Ingress(Object):
    """An Ingress."""

    spec: IngressSpec
    status: LoadBalanced = LoadBalanced()
