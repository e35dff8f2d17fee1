"""Objects that Flux itself manages are not taken over: two owners would change them back and forth."""

import os
from collections.abc import Iterator, Sequence

import httpx2
import pulumi
import yaml
from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ApiError, ConfigError
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
KINDS = {
    "GitRepository": _rules.FLUX_SOURCE,
    "Kustomization": _rules.FLUX_KUSTOMIZE,
    "HelmRelease": _rules.FLUX_HELM,
    "Receiver": _rules.FLUX_NOTIFICATION,
}
WITHIN = 10.0
"""Seconds for an answer of the API server; a preview needs no cluster, so none is no fault."""


def refuse_managed(stack: Stack, applications: Sequence[Application]) -> None:
    """Refuse to go on when an object that would be made is there already and carries an owner's label.

    Raises:
        pulumi.RunError: one message with every such object and the way out; nothing has been written.
    """
    names = {name for app in applications for name in (app.name, app.receiver_name)}
    try:
        found = list(_managed(stack, names))
    except (httpx2.HTTPError, ApiError, ConfigError) as error:
        pulumi.log.debug(f"whether Flux manages objects of the stack is unknown: {error}")
        return
    if found:
        way_out = (
            "Write another `name`; or hand each over, without deleting it, since a Kustomization takes along what it"
            " applied: annotate it with `kustomize.toolkit.fluxcd.io/prune: disabled`, remove its manifest from the"
            " repository (after `flux bootstrap`: <path>/flux-system/gotk-sync.yaml), remove the label once Flux has"
            " applied that, then `pulumi import` it (docs/cluster-sync.md)."
        )
        head = f"Flux manages {len(found)} of the stack's objects already; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *found, way_out]))


def _managed(stack: Stack, names: set[str]) -> Iterator[str]:
    with Client(config=_kubeconfig(stack), timeout=httpx2.Timeout(WITHIN)) as client:
        for kind, version in KINDS.items():
            group, _, served = version.partition("/")
            plural = f"{kind.lower()}s".replace("repositorys", "repositories")
            resource = create_namespaced_resource(group, served, kind, plural)
            for each in client.list(resource, namespace=stack.namespace):
                labels = (each.metadata.labels if each.metadata else None) or {}
                owner = next((label for label in OWNERS if label in labels), None)
                if owner and each.metadata and each.metadata.name in names:
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
