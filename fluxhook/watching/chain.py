"""The links that can be seen at once: the webhook on GitHub, the token, the Receiver and the way to it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.rules import flux
from components.rules.kubernetes import EXTERNAL_SECRETS, GATEWAY_API
from fluxhook.sides.applications import Deployed
from fluxhook.sides.github import GitHub, NotFound, Unanswered
from fluxhook.sides.objects import Object, Objects, not_ready
from fluxhook.sides.parameters import Stored
from fluxhook.watching.entrance import Unreachable
from fluxhook.watching.links import Link, Name, broken, holds, unseen

RECEIVER = (flux.NOTIFICATION, "Receiver")
EXTERNAL_SECRET = (EXTERNAL_SECRETS, "ExternalSecret")
HTTP_ROUTE = (GATEWAY_API, "HTTPRoute")
INGRESS = ("networking.k8s.io/v1", "Ingress")
UNSIGNED, NOT_THERE = 400, 404
"""What notification-controller answers to a request without a signature, and on a path that no Receiver has.

Source: notification-controller `internal/server/receiver_handlers.go`.
"""


@dataclass(frozen=True)
class Sides:
    """The sides of the chain, and what is known of them before the first link."""

    stack: str
    """Name of the stack."""
    verify_tls: bool
    github: GitHub
    objects: Objects
    receivers: Mapping[str, Object]
    """The Receivers by name."""
    parameters: Mapping[str, Stored]
    """The webhooks' tokens by the names of their parameters."""
    no_parameters: str
    """Why Parameter Store cannot be asked; empty when it can."""
    post: Callable[[str], int]
    """Sends an unsigned POST to a URL and returns the status code; raises `Unreachable`."""

    @property
    def repair(self) -> str:
        """The command that puts back what was changed by hand."""
        return f"pulumi up --refresh --stack {self.stack}"


def webhook(app: Deployed, sides: Sides) -> Link:
    """GitHub has the webhook, it is active, and it calls the URL that the stack computed.

    Raises:
        Unanswered: GitHub cannot be asked.
    """
    try:
        hook = sides.github.get(app.hook_path)
    except NotFound as error:
        return broken(Name.WEBHOOK, str(error), sides.repair)
    if wrong := next(_wrong(app, sides, hook), None):
        return broken(Name.WEBHOOK, f"the webhook {app.hook} {wrong}", sides.repair)
    events = " and ".join(hook["events"])
    return holds(Name.WEBHOOK, f"GitHub sends {events} to {app.entrance}")


def _wrong(app: Deployed, sides: Sides, hook: Mapping[str, Any]) -> Iterator[str]:
    config = hook["config"]
    if not hook["active"]:
        yield "is not active"
    if config.get("url") != app.url:
        yield f"calls another URL than {app.entrance} with the path of the Receiver"
    if missing := sorted(set(app.settings.webhook.events) - {*hook["events"]}):
        yield f"does not send {' and '.join(missing)}"
    if config.get("content_type") != "json":
        yield "sends a form in place of JSON"
    if (config.get("insecure_ssl") in ("0", 0)) != sides.verify_tls:
        checks = "does not check" if sides.verify_tls else "checks"
        yield f"{checks} the certificate, unlike `verifyTls`"


def token(app: Deployed, sides: Sides) -> Link:
    """The token is the same in Parameter Store and in the cluster, and it is the one of the stack.

    Raises:
        Unanswered: Parameter Store or the cluster cannot be asked.
    """
    receiver = sides.receivers.get(app.receiver)
    if receiver is None:
        return unseen(Name.TOKEN, "the Receiver, which names the Secret, does not exist")
    secret = receiver["spec"]["secretRef"]["name"]
    in_cluster = sides.objects.secret_value(secret, "token")
    named, parameter = f"the Secret {app.namespace}/{secret}", app.token_parameter
    bring = (
        f"kubectl -n {app.namespace} annotate externalsecret {secret} --overwrite"
        ' force-sync="$(date +%s)"'
    )
    if in_cluster is None:
        text = f"{named} has no token{_of_external_secret(app, sides, secret, parameter)}"
        return broken(Name.TOKEN, text, bring if parameter else sides.repair)
    if parameter is None:
        if _path(in_cluster, app) != app.path:
            return broken(Name.TOKEN, f"{named} has another token than the stack", sides.repair)
        return holds(Name.TOKEN, f"{named} has the stack's")
    if sides.no_parameters:
        raise Unanswered(sides.no_parameters)
    stored = sides.parameters.get(parameter)
    if stored is None:
        return broken(Name.TOKEN, f"the parameter {parameter} does not exist", sides.repair)
    if _path(stored.value, app) != app.path:
        text = f"the parameter {parameter} has another token than the stack"
        return broken(Name.TOKEN, text, sides.repair)
    if _digest(stored.value) != _digest(in_cluster):
        because = _of_external_secret(app, sides, secret, parameter)
        text = f"{named} has another token than the parameter {parameter}{because}"
        return broken(Name.TOKEN, text, bring)
    return holds(Name.TOKEN, f"the same in the parameter {parameter} and {named}")


def _of_external_secret(app: Deployed, sides: Sides, name: str, parameter: str | None) -> str:
    if parameter is None:
        return ""
    why = not_ready(sides.objects.get(EXTERNAL_SECRET, name))
    return f"; ExternalSecret {name}: {why}" if why else ""


def _path(value: str, app: Deployed) -> str:
    return flux.receiver_path(value, app.receiver, app.namespace)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def receiver(app: Deployed, sides: Sides) -> Link:
    """The Receiver is ready, on the path that the stack computed."""
    found, named = sides.receivers.get(app.receiver), f"Receiver {app.namespace}/{app.receiver}"
    if found is None:
        return broken(Name.RECEIVER, f"{named} does not exist", sides.repair)
    if found["spec"].get("suspend"):
        mend = f"flux resume receiver {app.receiver} -n {app.namespace}"
        return broken(Name.RECEIVER, f"{named} is suspended", mend)
    if why := not_ready(found):
        look = f"kubectl -n {app.namespace} describe receiver {app.receiver}; flux check"
        return broken(Name.RECEIVER, f"{named}: {why}", look)
    if found["status"].get("webhookPath") != app.path:
        text = f"{named} serves another path than the stack computed from its token"
        return broken(Name.RECEIVER, text, sides.repair)
    return holds(Name.RECEIVER, f"{named} serves the computed path")


def route(app: Deployed, sides: Sides) -> Link:
    """The receiver's host leads to the Receiver, which wants a signature, and no other path does.

    Raises:
        Unanswered: the cluster cannot be asked.
    """
    other = app.url[:-1] + ("0" if app.url[-1] != "0" else "1")
    try:
        code, elsewhere = sides.post(app.url), sides.post(other)
    except Unreachable as error:
        text = f"this machine gets no answer from {app.entrance}: {error}"
        return unseen(Name.ROUTE, text)
    if code != UNSIGNED:
        text = f"{app.entrance} answered an unsigned POST with {code}, not {UNSIGNED}"
        return broken(Name.ROUTE, text + _because(app, sides), _mend(code, app, sides))
    if elsewhere != NOT_THERE:
        text = f"{app.entrance} answered on a wrong path with {elsewhere}, not {NOT_THERE}"
        return broken(Name.ROUTE, text, "see what else answers on this host")
    return holds(Name.ROUTE, f"{app.entrance} wants a signature, and has no other path")


def _because(app: Deployed, sides: Sides) -> str:
    """What the cluster says of the route with the receiver's path."""
    stack = app.settings
    for kind in (HTTP_ROUTE, INGRESS):
        for name, item in sides.objects.named(kind).items():
            if app.path in _paths(item):
                why = not_ready(item, "Accepted", "ResolvedRefs") if kind == HTTP_ROUTE else None
                return f"; {kind[1]} {name}: {why}" if why else ""
    return f"; no route has the path of {stack.name}"


def _paths(item: Object) -> Iterator[str]:
    for rule in item["spec"].get("rules") or ():
        for match in rule.get("matches") or ():
            yield match.get("path", {}).get("value", "")
        for each in (rule.get("http") or {}).get("paths") or ():
            yield each.get("path", "")


def _mend(code: int, app: Deployed, sides: Sides) -> str:
    if code >= 500:
        return f"flux check; kubectl -n {app.namespace} get service,endpointslice"
    return sides.repair
