"""What an object says about why it is not ready: its own conditions and events."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.rules.flux import masked
from components.rules.kubernetes import conditions
from preflight.findings import Unanswered
from preflight.kubernetes import Kubernetes, Object

HEALTHY = {"Ready", "Accepted", "ResolvedRefs", "Programmed", "Available"}
"""Conditions that are True when all is well; `Stalled` is the other way round.

Source: Flux and External Secrets, `Ready`; Gateway API, `RouteConditionType`, `GatewayConditionType`.
"""
MOST_EVENTS = 2


def reason(kubernetes: Kubernetes, inputs: Mapping[str, Any]) -> str | None:
    """Return why an object is not ready, in its own words; None when it is, or nobody can say.

    `inputs` are those of the resource: `apiVersion`, `kind` and `metadata`.
    """
    metadata = inputs.get("metadata") or {}
    kind, namespace = inputs.get("kind", ""), metadata.get("namespace", "")
    try:
        found = kubernetes.whole(inputs["apiVersion"], kind, namespace, metadata["name"])
        if found is None:
            return None
        told = list(_unmet(found))
        if not told:
            return None
        told += _events(kubernetes, kind, namespace, metadata["name"])
    except (KeyError, Unanswered):
        return None
    where = "/".join(filter(None, (namespace, metadata["name"])))
    return f"{kind} {where} is not ready: {masked('; '.join(told))}"


def _unmet(found: Object) -> Iterator[str]:
    status = found.get("status") or {}
    told = conditions(found)
    if not told and not status.get("loadBalancer", {}).get("ingress"):
        yield "no controller has written its status"
    for each in told:
        healthy = each["type"] in HEALTHY and each["status"] != "True"
        if healthy or (each["type"] == "Stalled" and each["status"] == "True"):
            why = ": ".join(filter(None, (each.get("reason"), each.get("message"))))
            yield f"{each['type']}={each['status']} ({' '.join(why.split())})"


def _events(kubernetes: Kubernetes, kind: str, namespace: str, name: str) -> Iterator[str]:
    selector = f"involvedObject.kind={kind},involvedObject.name={name},type=Warning"
    events = kubernetes.whole_list("v1", "Event", namespace, fieldSelector=selector)
    events.sort(key=lambda each: each.get("lastTimestamp") or each.get("eventTime") or "")
    for each in events[-MOST_EVENTS:]:
        yield f"event {each.get('reason', '')}: {' '.join(each.get('message', '').split())}"
