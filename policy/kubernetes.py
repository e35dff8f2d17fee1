"""Objects in the cluster."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policy.resource import Resource

RECEIVER = "kubernetes:notification.toolkit.fluxcd.io/v1:Receiver"
HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
EXTERNAL = "kubernetes:external-secrets.io/"
SOURCE = "kubernetes:source.toolkit.fluxcd.io/"
SOURCES = {"GitRepository", "HelmRepository", "ImageRepository", "OCIRepository", "Bucket"}
"""Kinds that a Receiver may start; what applies them follows by itself."""
SERVICE = "webhook-receiver"
LEAST, MOST = 30, 24 * 3600
"""Bounds of an interval, in seconds."""
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def receiver(resource: Resource) -> Iterator[str]:
    """A Receiver checks a signature, and names the events that it takes."""
    if resource.resource_type != RECEIVER:
        return
    spec = resource.props["spec"]
    if spec["type"] == "generic":
        yield "`spec.type` is generic: whoever knows the URL could start a reconciliation"
    if not spec.get("events"):
        yield "`spec.events` is empty: every event would start a reconciliation"


def receiver_resources(resource: Resource) -> Iterator[str]:
    """A Receiver starts sources, in its own namespace."""
    if resource.resource_type != RECEIVER:
        return
    own = resource.props["metadata"].get("namespace")
    for each in resource.props["spec"]["resources"]:
        if each["kind"] not in SOURCES:
            yield "`spec.resources` has a kind that is no source"
        if each.get("namespace", own) != own:
            yield "`spec.resources` has an object of another namespace"


def http_route(resource: Resource) -> Iterator[str]:
    """A route lets one exact path through, to Flux's receiver."""
    if resource.resource_type != HTTP_ROUTE:
        return
    for rule in resource.props["spec"]["rules"]:
        matches = rule.get("matches") or [{}]
        if any(each.get("path", {}).get("type") != "Exact" for each in matches):
            yield "`spec.rules` has a path that is not `Exact`"
        if any(each["name"] != SERVICE for each in rule.get("backendRefs", ())):
            yield f"`spec.rules` leads to another Service than {SERVICE}"


def external_secret(resource: Resource) -> Iterator[str]:
    """An ExternalSecret has the stable version, and says what becomes of its Secret."""
    group, _, kind = resource.resource_type.rpartition(":")
    if not group.startswith(EXTERNAL) or kind != "ExternalSecret":
        return
    if group != f"{EXTERNAL}v1":
        yield "`apiVersion` is not external-secrets.io/v1"
    if not resource.props["spec"].get("target", {}).get("deletionPolicy"):
        yield "`spec.target.deletionPolicy` is not set"


def no_secret(resource: Resource) -> Iterator[str]:
    """No Secret is written by Pulumi: External Secrets brings what it needs from Parameter Store."""
    if resource.resource_type == "kubernetes:core/v1:Secret":
        yield "a Secret is in the state; `secrets.backend: external-secrets` brings it from Parameter Store"


def interval(resource: Resource) -> Iterator[str]:
    """Flux looks at a source neither without end nor once in many days."""
    if resource.resource_type.startswith(SOURCE):
        seconds = _seconds(resource.props["spec"])
        if not LEAST <= seconds <= MOST:
            yield "`spec.interval` is not between 30s and 24h"


def _seconds(spec: Mapping[str, Any]) -> float:
    """The interval in seconds. Source: Go, `time.ParseDuration`."""
    parts = re.findall(r"([\d.]+)(ms|s|m|h)", str(spec.get("interval", "")))
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
