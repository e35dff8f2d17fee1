"""Metadata that all objects in the cluster carry."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.objects.place import Place
from components.rules.kubernetes import STACK_ANNOTATION, without_empty


def metadata(
    place: Place,
    annotations: Mapping[str, Any] | None = None,
    labels: Mapping[str, Any] | None = None,
    object_name: pulumi.Input[str] | None = None,
) -> Any:
    """Return the metadata of an object at `place`; its annotations name the stack that owns it.

    `object_name` replaces the name of the place.

    `Any`, because each kind of the Kubernetes provider has a type of its own for the same keys.
    """
    return without_empty(
        name=object_name or place.object_name,
        namespace=place.namespace,
        labels=labels,
        annotations={STACK_ANNOTATION: stack_id(), **(annotations or {})},
    )


def stack_id() -> str:
    """Return the identity of the running stack, `organisation/project/stack`."""
    return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
