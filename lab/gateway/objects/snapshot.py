"""The objects of the cluster at one moment, as a gateway has read them."""

from dataclasses import dataclass, field
from typing import TypeAlias

from lab.gateway.objects.httproute import HTTPRoute
from lab.gateway.objects.ingress import Ingress, IngressClass
from lab.gateway.objects.resources import Gateway, GatewayClass
from lab.gateway.objects.services import EndpointSlice, Service

Key: TypeAlias = tuple[str, str]
"""Namespace (empty for a cluster-scoped object) and name."""


@dataclass(frozen=True)
class Snapshot:
    """The objects of every kind that a gateway watches, by namespace and name."""

    gateway_classes: dict[Key, GatewayClass] = field(default_factory=dict)
    gateways: dict[Key, Gateway] = field(default_factory=dict)
    http_routes: dict[Key, HTTPRoute] = field(default_factory=dict)
    ingress_classes: dict[Key, IngressClass] = field(default_factory=dict)
    ingresses: dict[Key, Ingress] = field(default_factory=dict)
    services: dict[Key, Service] = field(default_factory=dict)
    endpoint_slices: dict[Key, EndpointSlice] = field(default_factory=dict)
