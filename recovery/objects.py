"""Whose an object in the cluster is, and the refusal of one that is somebody else's."""

import os
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery.cluster import NO_ANSWER, UNREACHABLE, Cluster, Metadata

OWNER_LABELS = (
    "kustomize.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/name",
    "fluxcd.controlplane.io/name",
    "resourceset.fluxcd.controlplane.io/name",
)
"""Labels by which an object says who manages it: a Kustomization, a HelmRelease, flux-operator, or a ResourceSet.

Source: kustomize-controller `docs/spec/v1/kustomizations.md`; flux-operator `docs/api/v1/resourceset.md`.
"""

GONE_WITHIN = 60.0
"""Seconds that the finalizers of a deleted object have."""


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
    found = _find(cluster, inputs)
    owner = foreign_owner(found, stack, {_component(inputs)}) if found else None
    if found and owner:
        place = "/".join(filter(None, (found.get("namespace"), found["name"])))
        raise RuntimeError(
            f"{inputs['kind']} {place} exists and is not this stack's ({owner}). {way_out(stack)}"
        )


def delete_own_object(cluster: Cluster, stack: str, name: str, inputs: Mapping[str, Any]) -> None:
    """Delete the object if it exists and is the stack's, and wait until it is gone.

    Of a cluster that is gone for good nothing is left.

    Raises:
        TimeoutError: it still exists; a finalizer keeps it.
    """
    try:
        found = _find(cluster, inputs)
    except NO_ANSWER:
        if os.environ.get(UNREACHABLE) != "true":
            raise
        return
    if found is None or foreign_owner(found, stack, {_component(inputs)}):
        return
    place = inputs["apiVersion"], inputs["kind"], found.get("namespace", ""), found["name"]
    cluster.delete(*place)
    until = time.monotonic() + GONE_WITHIN
    while cluster.metadata(*place):
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.2)


def _find(cluster: Cluster, inputs: Mapping[str, Any]) -> Metadata | None:
    wanted = inputs.get("metadata")
    if not isinstance(wanted, Mapping) or "kind" not in inputs or "name" not in wanted:
        return None
    namespace = wanted.get("namespace", "")
    return cluster.metadata(inputs["apiVersion"], inputs["kind"], namespace, wanted["name"])


def _component(inputs: Mapping[str, Any]) -> str:
    return str(inputs["metadata"].get("annotations", {}).get(COMPONENT_ANNOTATION, ""))
