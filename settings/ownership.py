"""Objects that Flux itself manages are not taken over: two owners would change them back and forth."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence

import httpx2
import pulumi
import yaml
from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import create_namespaced_resource

from components import _rules
from components.values import Application, Stack

OWNERS = (
    "kustomize.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/name",
    "fluxcd.controlplane.io/name",
    "resourceset.fluxcd.controlplane.io/name",
)
"""Labels of whoever manages an object: a Kustomization, a HelmRelease, flux-operator or one of its ResourceSets.

Source: kustomize-controller `docs/spec/v1/kustomizations.md`; flux-operator `docs/api/v1/resourceset.md`.
"""
WITHIN = 10.0
"""Seconds for an answer of the API server; a preview needs no cluster, so none is no fault."""
WAY_OUT = (
    "Write another `name`; or hand each over as docs/cluster-sync.md says. Delete none of them before: a Kustomization"
    " takes along what it applied. In short: commit the annotation `kustomize.toolkit.fluxcd.io/prune: disabled` to its"
    " manifest (after `flux bootstrap`: <path>/flux-system/gotk-sync.yaml), then remove the manifest, then its label."
)
_UNKNOWN = (
    *(httpx2.HTTPError, ConfigError, OSError, yaml.YAMLError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
"""What keeps from asking the cluster; the provider tells it better, where it matters."""


def refuse_managed(stack: Stack, applications: Sequence[Application]) -> None:
    """Refuse to go on when an object that would be made is there already and carries an owner's label.

    Raises:
        pulumi.RunError: one message with every such object and the way out; nothing has been written.
    """
    try:
        found = list(_managed(stack, applications))
    except _UNKNOWN as error:
        # Its type alone: the text of some quotes the kubeconfig.
        pulumi.log.debug(f"whether Flux manages objects is unknown: {type(error).__name__}")
        return
    if found:
        head = f"Flux manages {len(found)} of the stack's objects already; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *found, WAY_OUT]))


def _made(stack: Stack, applications: Sequence[Application]) -> Iterator[tuple[str, str, str]]:
    """API version, kind and name of the stack's objects that one has in Git where there is no stack."""
    for app in applications:
        yield _rules.FLUX_SOURCE, "GitRepository", app.name
        yield _rules.FLUX_NOTIFICATION, "Receiver", app.receiver_name
        if app.helm_release:
            yield _rules.FLUX_HELM, "HelmRelease", app.name
            if app.helm_release.repository:
                yield _rules.FLUX_SOURCE, "HelmRepository", app.name
        else:
            yield _rules.FLUX_KUSTOMIZE, "Kustomization", app.name
        if app.automated:
            for kind in ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation"):
                yield _rules.FLUX_IMAGE, kind, app.name
    for each in stack.notifications:
        yield _rules.FLUX_ALERTS, "Provider", each.name
        for severity in each.severities:
            yield _rules.FLUX_ALERTS, "Alert", f"{each.name}-{severity}"


def _managed(stack: Stack, applications: Sequence[Application]) -> Iterator[str]:
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for version, kind, name in _made(stack, applications):
        names[version, kind].add(name)
    with Client(config=_kubeconfig(stack), timeout=httpx2.Timeout(WITHIN)) as client:
        for (version, kind), made in names.items():
            group, _, served = version.partition("/")
            plural = f"{kind.lower()}s".replace("ys", "ies")
            resource = create_namespaced_resource(group, served, kind, plural)
            try:
                listed = list(client.list(resource, namespace=stack.namespace))
            except httpx2.HTTPStatusError as error:
                # Of a kind that the cluster does not serve there is nothing.
                if error.response.status_code != httpx2.codes.NOT_FOUND:
                    raise
                continue
            for each in listed:
                labels = (each.metadata.labels if each.metadata else None) or {}
                owner = next((label for label in OWNERS if label in labels), None)
                if owner and each.metadata and each.metadata.name in made:
                    yield f"{kind} {stack.namespace}/{each.metadata.name} ({owner}: {labels[owner]})"


def _kubeconfig(stack: Stack) -> SingleConfig:
    """The kubeconfig as the provider takes it: the stack's, else the environment's."""
    if stack.kubeconfig:
        config = KubeConfig.from_dict(yaml.safe_load(stack.kubeconfig.get_secret_value()))
    else:
        config = KubeConfig.from_file(os.environ.get("KUBECONFIG") or "~/.kube/config")
    found = config.get(context_name=stack.kube_context)
    if found is None:
        raise ConfigError("the kubeconfig has no current context")
    return found
