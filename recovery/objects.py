"""Whose an object in the cluster is, and the refusal of one that is somebody else's."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery.cluster import Cluster, Metadata

OWNER_LABELS = (
    "kustomize.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/name",
    "fluxcd.controlplane.io/name",
    "resourceset.fluxcd.controlplane.io/name",
)
"""Labels by which an object says who manages it: a Kustomization, a HelmRelease, flux-operator, or a ResourceSet.

Source: kustomize-controller `docs/spec/v1/kustomizations.md`; flux-operator `docs/api/v1/resourceset.md`.
"""


def foreign_owner(metadata: Metadata, stack: str, components: AbstractSet[str]) -> str | None:
    """Return who owns an object that belongs to none of the `components` of `stack`, in words; None for one that does.

    Flux's claim counts more than ours: it would take back every change. An object of another component of the stack is
    not taken over either: that component would delete it in the same update.
    """
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    for label in OWNER_LABELS:
        if label in labels:
            return f"{label}: {labels[label]}"
    owner, component = annotations.get(STACK_ANNOTATION), annotations.get(COMPONENT_ANNOTATION)
    if owner == stack:
        ours = component is None or component in components
        return None if ours else f"{COMPONENT_ANNOTATION}: {component}"
    return f"{STACK_ANNOTATION}: {owner}" if owner else "its owner is unknown"


def way_out(stack: str) -> str:
    """Return what to do about a foreign object."""
    return (
        "Write another `name`; or hand each over as docs/cluster-sync.md says: once nobody else manages it, annotate it"
        f" with {STACK_ANNOTATION}={stack}. Delete none before: a Kustomization deletes what it applied. If the"
        f" repository of an entry was renamed, write the former one into its key `formerly`: {COMPONENT_ANNOTATION}"
        " names it."
    )


def refuse_foreign_object(
    cluster: Cluster, stack: str, name: str, inputs: Mapping[str, Any]
) -> None:
    """Raise when the object that is about to be created exists and is not the stack's.

    Raises:
        RuntimeError: it is somebody else's; the message names it, its owner and the way out.
    """
    wanted = inputs.get("metadata")
    if not isinstance(wanted, Mapping) or "kind" not in inputs or "name" not in wanted:
        return
    kind, namespace = inputs["kind"], wanted.get("namespace", "")
    components = {wanted.get("annotations", {}).get(COMPONENT_ANNOTATION, "")}
    found = cluster.metadata(inputs["apiVersion"], kind, namespace, wanted["name"])
    if found is not None and (owner := foreign_owner(found, stack, components)):
        place = "/".join(filter(None, (namespace, wanted["name"])))
        raise RuntimeError(
            f"{kind} {place} exists and is not this stack's ({owner}). {way_out(stack)}"
        )
