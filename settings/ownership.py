"""Refuses to take over objects that Flux itself manages: two owners would change them back and forth."""

import os
from collections import defaultdict
from collections.abc import Iterator

import httpx2
import pulumi
import yaml
from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import create_namespaced_resource

from components.rules import flux
from settings.models.settings import Settings
from settings.models.stack import Stack

OWNER_LABELS = (
    "kustomize.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/name",
    "fluxcd.controlplane.io/name",
    "resourceset.fluxcd.controlplane.io/name",
)
"""Labels by which an object says who manages it: a Kustomization, a HelmRelease, flux-operator, or a ResourceSet.

Source: kustomize-controller `docs/spec/v1/kustomizations.md`; flux-operator `docs/api/v1/resourceset.md`.
"""
ANSWER_TIMEOUT = 10.0
"""Seconds that the API server has for an answer; a preview needs no cluster, so no answer is not an error."""
WAY_OUT = (
    "Write another `name`; or hand each over as docs/cluster-sync.md says. Do not delete them before: a Kustomization"
    " deletes what it applied. In short: commit the annotation `kustomize.toolkit.fluxcd.io/prune: disabled` to its"
    " manifest (after `flux bootstrap`: <path>/flux-system/gotk-sync.yaml), then remove the manifest, then its label."
)
_NO_ANSWER = (
    *(httpx2.HTTPError, ConfigError, OSError, yaml.YAMLError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
"""Errors of a cluster that cannot be asked; the provider reports them better, when it needs the cluster."""


def refuse_managed(settings: Settings) -> None:
    """Refuse to go on when an object that would be made exists and carries an owner's label.

    Raises:
        pulumi.RunError: one message with every such object and the way out; nothing has been written.
    """
    try:
        found = list(already_managed(settings))
    except _NO_ANSWER as error:
        # Its type alone: the text of some quotes the kubeconfig.
        pulumi.log.debug(f"whether Flux manages objects is unknown: {type(error).__name__}")
        return
    if found:
        head = f"Flux manages {len(found)} of the stack's objects already; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *found, WAY_OUT]))


def objects_to_make(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield API version, kind and name of the stack's objects of kinds that users keep in Git."""
    for app in settings.applications:
        yield flux.SOURCE, "GitRepository", app.name
        yield flux.NOTIFICATION, "Receiver", app.receiver_name
        if app.helm_release:
            yield flux.HELM, "HelmRelease", app.name
            if app.helm_release.repository:
                yield flux.SOURCE, "HelmRepository", app.name
        else:
            yield flux.KUSTOMIZE, "Kustomization", app.name
        if app.automated:
            for kind in ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation"):
                yield flux.IMAGE, kind, app.name
    for each in settings.stack.notifications:
        yield flux.ALERTS, "Provider", each.name
        for severity in each.severities:
            yield flux.ALERTS, "Alert", f"{each.name}-{severity}"


def already_managed(settings: Settings) -> Iterator[str]:
    """Yield a line for each object to make that exists and carries an owner's label."""
    stack = settings.stack
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for version, kind, name in objects_to_make(settings):
        names[version, kind].add(name)
    with Client(config=_kubeconfig(stack), timeout=httpx2.Timeout(ANSWER_TIMEOUT)) as client:
        for (version, kind), to_make in names.items():
            for name, label, owner in _managed(client, version, kind, stack.namespace):
                if name in to_make:
                    yield f"{kind} {stack.namespace}/{name} ({label}: {owner})"


def _managed(
    client: Client, version: str, kind: str, namespace: str
) -> Iterator[tuple[str, str, str]]:
    """Yield name, owner's label and owner of every managed object of a kind."""
    group, _, served = version.partition("/")
    plural = f"{kind.lower()}s".replace("ys", "ies")
    resource = create_namespaced_resource(group, served, kind, plural)
    try:
        listed = list(client.list(resource, namespace=namespace))
    except httpx2.HTTPStatusError as error:
        # There is nothing of a kind that the cluster does not serve.
        if error.response.status_code != httpx2.codes.NOT_FOUND:
            raise
        return
    for each in listed:
        labels = (each.metadata.labels if each.metadata else None) or {}
        label = next((label for label in OWNER_LABELS if label in labels), None)
        if label and each.metadata and each.metadata.name:
            yield each.metadata.name, label, labels[label]


def _kubeconfig(stack: Stack) -> SingleConfig:
    """Return the kubeconfig as the provider takes it: the stack's, else the environment's."""
    if stack.kubeconfig:
        config = KubeConfig.from_dict(yaml.safe_load(stack.kubeconfig.get_secret_value()))
    else:
        config = KubeConfig.from_file(os.environ.get("KUBECONFIG") or "~/.kube/config")
    found = config.get(context_name=stack.kube_context)
    if found is None:
        raise ConfigError("the kubeconfig has no current context")
    return found
