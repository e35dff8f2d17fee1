"""The way in: the Gateway and its listener, or the IngressClass, and Flux's Service behind it."""

from collections.abc import Iterator
from typing import Any

from components.rules.kubernetes import GATEWAY_API, WEBHOOK_RECEIVER
from preflight.checks.cluster import INSTALL_FLUX
from preflight.findings import Finding, Level, those_that_exist
from preflight.kubernetes import Kubernetes, Object, condition, said
from settings.models.exposure import Gateway
from settings.models.settings import Settings

NETWORKING = "networking.k8s.io/v1"


def way_in(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Look for what the settings name as the way in."""
    stack = settings.stack
    if stack.gateway:
        yield from _gateway(kubernetes, settings, stack.gateway)
    elif stack.ingress:
        name = stack.ingress.class_name
        if kubernetes.whole(NETWORKING, "IngressClass", "", name) is None:
            items = kubernetes.whole_list(NETWORKING, "IngressClass", "")
            names = [each["metadata"]["name"] for each in items]
            problem = f"does not exist; {those_that_exist(names, name)}"
            yield Finding(f"IngressClass {name}", problem, "correct `ingress.className`")


def receiver_service(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Look for the Service that serves the Receivers' paths."""
    stack = settings.stack
    routed = stack.gateway or stack.ingress
    if not routed or stack.flux_instance:
        return
    if kubernetes.whole("v1", "Service", stack.namespace, WEBHOOK_RECEIVER) is None:
        problem = "does not exist, so GitHub could not reach a Receiver"
        fix = f"{INSTALL_FLUX} -n {stack.namespace}, or write the namespace of Flux in `namespace`"
        yield Finding(f"Service {stack.namespace}/{WEBHOOK_RECEIVER}", problem, fix)


def _gateway(kubernetes: Kubernetes, settings: Settings, wanted: Gateway) -> Iterator[Finding]:
    if not kubernetes.serves(GATEWAY_API, "Gateway"):
        # That the Gateway API is not installed is told already.
        return
    subject = f"Gateway {wanted.namespace}/{wanted.name}"
    found = kubernetes.whole(GATEWAY_API, "Gateway", wanted.namespace, wanted.name)
    if found is None:
        every = kubernetes.get(f"/apis/{GATEWAY_API}/gateways")
        names = [
            f"{each['metadata']['namespace']}/{each['metadata']['name']}"
            for each in (every["items"] if every else ())
        ]
        problem = f"does not exist; {those_that_exist(names, f'{wanted.namespace}/{wanted.name}')}"
        yield Finding(subject, problem, "correct `gateway`")
        return
    for type_ in ("Accepted", "Programmed"):
        state = condition(found, type_)
        if state.get("status") == "False":
            fix = f"run `kubectl -n {wanted.namespace} describe gateway {wanted.name}`"
            yield Finding(subject, f"is not {type_} ({said(state)})", fix, Level.UPDATE)
    listeners = {each["name"]: each for each in found["spec"]["listeners"]}
    listener = listeners.get(wanted.section_name)
    if listener is None:
        problem = f"has no listener {wanted.section_name}; {those_that_exist(list(listeners), wanted.section_name)}"
        yield Finding(subject, problem, "correct `gateway.sectionName`")
        return
    yield from _listener(kubernetes, settings, found, listener, subject)


def _listener(
    kubernetes: Kubernetes, settings: Settings, gateway: Object, listener: Any, subject: str
) -> Iterator[Finding]:
    stack, name = settings.stack, listener["name"]
    hostname = listener.get("hostname")
    if hostname and stack.host and not serves(hostname, stack.host):
        problem = f"its listener {name} serves {hostname}, which {stack.host} is not"
        yield Finding(subject, problem, "correct `host`, or add a listener for it")
    if listener["protocol"] not in ("HTTP", "HTTPS"):
        problem = (
            f"its listener {name} is of protocol {listener['protocol']}, which takes no HTTPRoute"
        )
        yield Finding(subject, problem, "name one of HTTPS in `gateway.sectionName`")
    allowed = (listener.get("allowedRoutes") or {}).get("namespaces") or {}
    origin, own = allowed.get("from", "Same"), gateway["metadata"]["namespace"]
    if origin == "Same" and own != stack.namespace:
        lets_in = f"routes of {own} alone"
    elif origin == "None":
        lets_in = "no route"
    elif origin == "Selector" and not _selected(kubernetes, stack.namespace, allowed):
        lets_in = "routes of namespaces with other labels"
    else:
        return
    problem = f"its listener {name} lets in {lets_in}, and ours are in {stack.namespace}"
    fix = "let them in by `allowedRoutes.namespaces` of the listener"
    yield Finding(subject, problem, fix)


def _selected(kubernetes: Kubernetes, namespace: str, allowed: Any) -> bool:
    """Whether a listener's selector takes a namespace; one with expressions counts as such."""
    found = kubernetes.whole("v1", "Namespace", "", namespace) or {}
    labels = (found.get("metadata") or {}).get("labels") or {}
    wanted = (allowed.get("selector") or {}).get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items())


def serves(hostname: str, host: str) -> bool:
    """Return whether a listener's hostname takes a host; `*.` stands for one label or more.

    Source: Gateway API, `Listener.hostname`.
    """
    hostname, host = hostname.lower(), host.lower()
    if hostname.startswith("*."):
        return host.endswith(hostname[1:])
    return hostname == host
