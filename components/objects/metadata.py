"""Metadata that all objects in the cluster carry."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.objects.place import Place
from components.rules import generations
from components.rules.flux import REQUESTED
from components.rules.kubernetes import (
    COMPONENT_ANNOTATION,
    STACK_ANNOTATION,
    WAIT_FOR,
    with_proof,
    without_empty,
)

WRITTEN_BY_CLUSTER = [
    *(f"metadata.{each}" for each in ("finalizers", "generation", "managedFields")),
    *("metadata.resourceVersion", f'metadata.annotations["{REQUESTED}"]', "status"),
]
"""What the cluster's controllers write all the time, and no program: option `hide_diffs` of every object.

Source: Kubernetes `meta/v1` ObjectMeta, "Populated by the system. Read-only".
"""


def metadata(
    place: Place,
    annotations: Mapping[str, Any] | None = None,
    labels: Mapping[str, Any] | None = None,
    object_name: pulumi.Input[str] | None = None,
    content: Sequence[str] = (),
) -> Any:
    """Return the metadata of an object at `place`; its annotations name the stack and the component that own it.

    `object_name` replaces the name of the place. A `pulumi.com/waitFor` among `annotations` is made to hold only of the
    object with this metadata; `content` is what else it must tell apart (`with_proof`).

    `Any`, because each kind of the Kubernetes provider has a type of its own for the same keys.
    """
    owner = {STACK_ANNOTATION: stack_id(), COMPONENT_ANNOTATION: place.name}
    told = {**owner, **(annotations or {})}
    proven: pulumi.Input[Mapping[str, Any]] = told
    if WAIT_FOR in told:
        proven = pulumi.Output.all(told, dict(labels or {})).apply(
            lambda known: with_proof(known[0], known[1], content)
        )
    return without_empty(
        name=object_name or place.object_name,
        namespace=place.namespace,
        labels=labels,
        annotations=proven,
    )


def generation_label(place: Place) -> dict[str, str]:
    """Return the label that tells the generation of a key or token."""
    return {generations.LABEL: str(place.generation)}


def stack_id() -> str:
    """Return the identity of the running stack, `organisation/project/stack`."""
    return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
