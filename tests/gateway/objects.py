"""Objects of the Gateway API as a cluster has them, and what the gateway decides from them."""

from collections.abc import Mapping
from typing import TypeAlias

from lab.gateway.objects.httproute import HTTPRoute, HTTPRouteStatus
from lab.gateway.objects.resources import (
    Condition,
    Gateway,
    GatewayClass,
    GatewayStatus,
)
from lab.gateway.objects.services import EndpointSlice, Service
from lab.gateway.objects.snapshot import Snapshot
from lab.gateway.statuses import Outcome, reconcile

Json: TypeAlias = dict[str, object]

CONTROLLER = "example.org/lab"
EARLIER, NOW = "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"
BACKEND: Json = {"name": "webhook-receiver", "port": 80}
PARENT: Json = {"name": "public", "namespace": "gateways"}


def listener(**fields: object) -> Json:
    return {
        "name": "https",
        "port": 443,
        "protocol": "HTTPS",
        "hostname": "*.lab.test",
        "tls": {"mode": "Terminate", "options": {"x": "y"}},
        "allowedRoutes": {"namespaces": {"from": "All"}},
        **fields,
    }


def route(
    spec: Mapping[str, object] | None = None, status: Json | None = None, **rule: object
) -> HTTPRoute:
    return HTTPRoute.model_validate(
        {
            "metadata": {"name": "hook", "namespace": "flux-system", "generation": 3},
            "spec": {
                "parentRefs": [PARENT],
                "hostnames": ["flux.lab.test"],
                "rules": [{"backendRefs": [BACKEND], **rule}],
                **(spec or {}),
            },
            "status": status or {"parents": []},
        }
    )


def snapshot(own: HTTPRoute, *listeners: Json) -> Snapshot:
    gateway = Gateway.model_validate(
        {
            "metadata": {"name": "public", "namespace": "gateways", "generation": 2},
            "spec": {"gatewayClassName": "lab", "listeners": listeners or (listener(),)},
        }
    )
    gateway_class = GatewayClass.model_validate(
        {"metadata": {"name": "lab"}, "spec": {"controllerName": CONTROLLER}}
    )
    services = [
        Service.model_validate(
            {
                "metadata": {"name": "webhook-receiver", "namespace": namespace},
                "spec": {"ports": [{"name": "http", "port": 80}]},
            }
        )
        for namespace in ("flux-system", "elsewhere")
    ]
    endpoints = EndpointSlice.model_validate(
        {
            "metadata": {
                "name": "x",
                "namespace": "flux-system",
                "labels": {"kubernetes.io/service-name": "webhook-receiver"},
            },
            "endpoints": [
                {"addresses": ["10.0.0.1"], "conditions": {"ready": False}},
                {"addresses": ["controller.localhost"], "conditions": {"ready": True}},
            ],
            "ports": [{"name": "metrics", "port": 1}, {"name": "http", "port": 9292}],
        }
    )
    return Snapshot(
        gateway_classes={gateway_class.key: gateway_class},
        gateways={gateway.key: gateway},
        http_routes={own.key: own},
        services={service.key: service for service in services},
        endpoint_slices={endpoints.key: endpoints},
    )


def decide(own: HTTPRoute, *listeners: Json) -> Outcome:
    return reconcile(snapshot(own, *listeners), CONTROLLER, NOW)


def route_status(outcome: Outcome) -> HTTPRouteStatus:
    (found,) = [status for _, status in outcome.statuses if isinstance(status, HTTPRouteStatus)]
    return found


def gateway_status(outcome: Outcome) -> GatewayStatus:
    (found,) = [status for _, status in outcome.statuses if isinstance(status, GatewayStatus)]
    return found


def told(outcome: Outcome) -> dict[str, Condition]:
    (parent,) = route_status(outcome).parents
    assert parent.controller_name == CONTROLLER
    return {condition.type: condition for condition in parent.conditions}


def entries(outcome: Outcome) -> int:
    return sum(len(each.entries) for each in outcome.listeners)
