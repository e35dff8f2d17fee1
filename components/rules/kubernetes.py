"""Rules of Kubernetes and of what stands beside Flux in the cluster: names, API versions, waits."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

EXTERNAL_SECRETS = "external-secrets.io/v1"
NETWORKING = "networking.k8s.io/v1"
GATEWAY_API = "gateway.networking.k8s.io/v1"
ALERTMANAGER_CONFIG = "monitoring.coreos.com/v1alpha1"

WEBHOOK_RECEIVER = "webhook-receiver"
"""Service that serves the Receivers' paths, made by `flux install`.

Not `notification-controller`: that Service is the event server, which answers 202 and reconciles nothing.
"""

WAIT_FOR = "pulumi.com/waitFor"
"""Annotation with the condition, or the JSON array of conditions, by which an object is done."""
ADDRESS_ASSIGNED = "jsonpath={.status.loadBalancer.ingress[0]}"
"""`pulumi.com/waitFor` of a Service of type LoadBalancer: its controller has assigned an address."""

STACK_ANNOTATION = "fluxhook/stack"
"""Annotation with the stack that owns an object, `organisation/project/stack`."""
COMPONENT_ANNOTATION = "fluxhook/component"
"""Annotation with the component of that stack to which an object belongs, such as `owner/repository`."""

CONTENT_ANNOTATION = "fluxhook/content"
"""Annotation with a digest of the annotations and labels that an object is waited for with."""

READY = {WAIT_FOR: "condition=Ready"}
"""Annotation: the object is done when its condition Ready is True."""

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def object_name(text: str) -> str:
    """Return `text` as a Kubernetes object name: lower case, a dash for all but letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def is_dns_label(text: str) -> bool:
    """Return whether `text` is an RFC 1123 label: at most 63 lower-case letters, digits and dashes."""
    return _DNS_LABEL.fullmatch(text) is not None


def is_object_name(text: str) -> bool:
    """Return whether `text` is an RFC 1123 subdomain, as the names of Secrets and most other objects are."""
    return len(text) <= 253 and _SUBDOMAIN.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Return whether `text` is a DNS name of two labels or more that GitHub can look up: no scheme, port or address."""
    labels = text.lower().split(".")
    if len(text) > 253 or len(labels) < 2 or labels[-1] == "localhost" or labels[-1].isdigit():
        return False
    return all(map(is_dns_label, labels))


def without_empty(**fields: Any) -> dict[str, Any]:
    """Return `fields` without those that are None or empty, so that the API server's defaults apply."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def merged(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """Return both maps in one: maps in the same place are merged, too; of anything else that of `two` stays."""
    found = {**one, **two}
    for key in one.keys() & two.keys():
        if isinstance(one[key], Mapping) and isinstance(two[key], Mapping):
            found[key] = merged(one[key], two[key])
    return found


def conditions(found: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return the conditions of an object's status; of a route also those of each of its parents."""
    status = (found or {}).get("status") or {}
    places = [status, *(status.get("parents") or ())]
    return [each for place in places for each in place.get("conditions") or ()]


def with_proof(
    annotations: Mapping[str, str], labels: Mapping[str, str], content: Sequence[str] = ()
) -> dict[str, str]:
    """Return annotations whose wait holds of no object that has other annotations or labels.

    The Kubernetes plugin tries the wait of an update on the object that its watch has seen last, and records it in the
    state. That may be the object from before the update, unless its generation is lower, and only a change of the spec
    raises the generation. Then the next `up` proposes the same update again. So the wait begins with a digest.
    `content` is what else the digest tells apart: of a Service, which has no generation, what changes in its spec.

    Source: pulumi-kubernetes `provider/pkg/await/condition/observer.go`, `ObjectObserver.Observe`.
    """
    try:
        conditions = json.loads(annotations[WAIT_FOR])
    except ValueError:
        conditions = [annotations[WAIT_FOR]]
    parts = json.dumps([dict(annotations), dict(labels), *content], sort_keys=True)
    digest = hashlib.sha256(parts.encode()).hexdigest()[:16]
    proof = f"jsonpath={{.metadata.annotations['{CONTENT_ANNOTATION}']}}={digest}"
    waits = json.dumps([proof, *conditions], ensure_ascii=False)
    return {**annotations, CONTENT_ANNOTATION: digest, WAIT_FOR: waits}
