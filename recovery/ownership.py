"""Refuses a stack, before anything is written, whose objects exist already and belong to somebody else.

The provider takes over what exists, so that an interrupted `up` is repeated; two owners would change an object back
and forth. The names are predicted from the settings; what cannot be predicted is checked before it is created.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pulumi

from components.rules import flux
from components.rules.choices import SecretBackend, Signing
from components.rules.generations import suffix
from components.rules.kubernetes import EXTERNAL_SECRETS, GATEWAY_API, NETWORKING
from recovery.cluster import NO_ANSWER, UNREACHABLE, Cluster
from recovery.objects import foreign_owner, way_out
from settings.models.application import Application
from settings.models.delivery import Delivery
from settings.models.settings import Settings


def refuse_foreign(settings: Settings, cluster: Cluster, stack: str) -> bool:
    """Refuse to go on when an object that would be made exists and is not of `stack`.

    A preview needs no cluster: it says that it could not ask, and returns False. In an update that is an error.

    Raises:
        pulumi.RunError: one message with every such object and the way out; nothing has been written.
    """
    try:
        found = [str(each) for each in foreign(settings, cluster, stack)]
    except NO_ANSWER as error:
        # Its type alone: the text of some quotes the kubeconfig.
        unknown = f"the cluster cannot be asked which objects exist ({type(error).__name__})"
        if pulumi.runtime.is_dry_run() or os.environ.get(UNREACHABLE) == "true":
            pulumi.log.warn(f"{unknown}: whether one belongs to somebody else was not checked")
            return False
        raise pulumi.RunError(f"{unknown}; nothing was written") from None
    if found:
        one = "1 object of the stack exists already and belongs"
        more = f"{len(found)} objects of the stack exist already and belong"
        head = f"{one if len(found) == 1 else more} to somebody else; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *found, way_out(stack)]))
    return True


Key = tuple[str, str, str]
"""API version, kind and name of an object in Flux's namespace."""


def objects_to_make(settings: Settings) -> Iterator[tuple[Key, set[str]]]:
    """Yield the stack's objects in Flux's namespace, each with the components to which it may belong."""
    stack = settings.stack
    for app in settings.applications:
        names = [app.key, *([app.former_key] if app.former_key else ())]
        components = {each for name in names for each in (name, f"{name}/commit-status")}
        yield from ((key, components) for key in _application(app, settings))
        for delivery in app.delivered:
            within = app.component_of(delivery).removeprefix(app.key)
            components = {f"{name}{within}" for name in names}
            yield from ((key, components) for key in _delivery(app, delivery, settings))
    if (service := stack.node_port or stack.load_balancer) and not stack.ephemeral:
        yield ("v1", "Service", service.name), {"cluster"}
        yield (NETWORKING, "NetworkPolicy", service.name), {"cluster"}
    for each in stack.notifications:
        components = {f"notification/{each.name}"}
        yield (flux.ALERTS, "Provider", each.name), components
        if each.name in stack.notification_secrets:
            yield _secret(stack.secrets.backend, f"{each.name}-provider"), components
        for severity in each.severities:
            yield (flux.ALERTS, "Alert", f"{each.name}-{severity}"), components


def entry_of(component: str) -> str:
    """Return the component of the application to which a component belongs."""
    return "/".join(component.split("/")[:2])


def _application(app: Application, settings: Settings) -> Iterator[Key]:
    stack = settings.stack
    generations = settings.generations(app)
    secrets = {"git": generations.deploy_key, "webhook-token": generations.webhook_token}
    for purpose, numbers in secrets.items():
        for number in numbers:
            yield _secret(stack.secrets.backend, f"{app.name}-{purpose}", number)
    for ending in map(suffix, generations.webhook_token):
        if stack.gateway:
            yield GATEWAY_API, "HTTPRoute", f"{app.name}-receiver{ending}"
        elif stack.ingress:
            yield NETWORKING, "Ingress", f"{app.name}-receiver{ending}"
        yield flux.NOTIFICATION, "Receiver", f"{app.receiver_name}{ending}"
    yield flux.SOURCE, "GitRepository", app.name


def _delivery(app: Application, delivery: Delivery, settings: Settings) -> Iterator[Key]:
    stack, name = settings.stack, delivery.name
    backend, generations = stack.secrets.backend, settings.generations(app)
    yield (flux.HELM if delivery.helm_release else flux.KUSTOMIZE), delivery.kind, name
    if delivery.helm_release and delivery.helm_release.repository:
        yield flux.SOURCE, "HelmRepository", name
    if delivery.image and delivery.image.private:
        for number in generations.registry_token:
            yield _secret(backend, f"{name}-docker", number)
    if delivery.automated:
        purpose = "sshkey" if stack.bot and stack.bot.signing is Signing.SSH else "gpgkey"
        # What signed before has no Secret any more.
        yield _secret(backend, f"{name}-{purpose}", generations.signing_key[-1])
        for kind in ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation"):
            yield flux.IMAGE, kind, name


def _secret(backend: SecretBackend, name: str, generation: int = 1) -> Key:
    if backend is SecretBackend.KUBERNETES:
        return "v1", "Secret", f"{name}-secret{suffix(generation)}"
    return EXTERNAL_SECRETS, "ExternalSecret", f"{name}{suffix(generation)}"


@dataclass(frozen=True)
class Foreign:
    """An object to make that exists and is somebody else's."""

    named: str
    """Its kind, namespace and name."""
    owner: str

    def __str__(self) -> str:
        """All of it on one line."""
        return f"{self.named} ({self.owner})"


def foreign(settings: Settings, cluster: Cluster, stack: str) -> Iterator[Foreign]:
    """Yield each object to make that exists and is not of `stack`.

    Raises:
        NO_ANSWER: the cluster cannot be asked.
    """
    namespace = settings.stack.namespace
    names: defaultdict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
    for (version, kind, name), components in objects_to_make(settings):
        names[version, kind][name] = components
    for (version, kind), to_make in names.items():
        for found in cluster.listed(version, kind, namespace):
            if found["name"] not in to_make:
                continue
            if owner := foreign_owner(found, stack, to_make[found["name"]]):
                yield Foreign(f"{kind} {namespace}/{found['name']}", owner)
