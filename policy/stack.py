"""What holds between the resources of a stack."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from policy.aws import PARAMETER
from policy.github import DEPLOY_KEY, WEBHOOK
from policy.kubernetes import HTTP_ROUTE, RECEIVER
from policy.resource import Resource

INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SERVICE = "kubernetes:core/v1:Service"
AUTOMATION = "kubernetes:image.toolkit.fluxcd.io/v1:ImageUpdateAutomation"

Resources = Sequence[Resource]
Faults = Iterator[tuple[str, str]]


def _of(resources: Resources, type_: str) -> list[Resource]:
    return [each for each in resources if each.resource_type == type_]


def _served(receiver: Resource) -> str | None:
    status: Mapping[str, Any] = receiver.props.get("status") or {}
    return status.get("webhookPath")


def _called(webhook: Resource) -> str:
    return str(urlsplit(webhook.props["configuration"]["url"]).path)


def webhooks(resources: Resources) -> Faults:
    """The URL of each webhook is the path of a Receiver."""
    paths = {_served(each) for each in _of(resources, RECEIVER)}
    for each in _of(resources, WEBHOOK):
        if _called(each) not in paths:
            yield "its URL is the path of no Receiver of the stack", each.urn


def receivers(resources: Resources) -> Faults:
    """Each Receiver has a way in and a webhook that calls it."""
    called = {_called(each) for each in _of(resources, WEBHOOK)}
    routed = {
        match["path"]["value"]
        for route in _of(resources, HTTP_ROUTE)
        for rule in route.props["spec"]["rules"]
        for match in rule.get("matches", ())
    } | {
        path["path"]
        for ingress in _of(resources, INGRESS)
        for rule in ingress.props["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    # A NodePort or a load balancer serves every path.
    all_paths = any(each.props["spec"].get("type") for each in _of(resources, SERVICE))
    for each in _of(resources, RECEIVER):
        path = _served(each)
        if path not in called:
            yield "no webhook of the stack calls it", each.urn
        if path not in routed and not all_paths:
            yield "no HTTPRoute, Ingress or Service of the stack leads to it", each.urn


def writable_keys(resources: Resources) -> Faults:
    """A deploy key may write only where commits are made: for an ImageUpdateAutomation of the same application."""
    committing = {_application(each) for each in _of(resources, AUTOMATION)}
    for each in _of(resources, DEPLOY_KEY):
        if not each.props.get("readOnly") and _application(each) not in committing:
            yield "`readOnly` is not set, and nothing of its application commits", each.urn


def _application(resource: Resource) -> str:
    """The application: a logical name is `owner/repository/…`."""
    return "/".join(resource.name.split("/")[:2])


def prefix(resources: Resources) -> Faults:
    """The parameters of a stack lie below one name, so that a role can be limited to them."""
    parameters = _of(resources, PARAMETER)
    first = {each.props["name"].split("/")[1] for each in parameters if "/" in each.props["name"]}
    if len(first) > 1:
        yield f"the names begin with {len(first)} different segments", parameters[0].urn
