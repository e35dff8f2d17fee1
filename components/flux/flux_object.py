"""What all Flux objects have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.flux import BACKGROUND_DELETION
from components.rules.kubernetes import WAIT_FOR, without_empty


def flux_object(
    place: Place,
    logical_name: str,
    api_version: str,
    kind: str,
    spec: Mapping[str, Any],
    *,
    labels: Mapping[str, pulumi.Input[str]] | None = None,
    wait_for: pulumi.Input[str] | None = None,
    timeout: str | None = None,
    secret_outputs: Sequence[str] = (),
    ignore_changes: Sequence[str] = (),
) -> CustomObject:
    """Create an object that a Flux controller reconciles and finalizes; `logical_name` ends its logical name.

    It is done when it exists, or when `wait_for`, a `pulumi.com/waitFor`, is met within `timeout`.
    """
    return CustomObject(
        place,
        logical_name,
        api_version,
        kind,
        spec,
        annotations=without_empty(**{**BACKGROUND_DELETION, WAIT_FOR: wait_for}),
        labels=labels,
        timeout=timeout,
        secret_outputs=secret_outputs,
        ignore_changes=ignore_changes,
    )
