"""Objects of kinds that a CustomResourceDefinition defines."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components.objects.known_after import known_after
from components.objects.metadata import WRITTEN_BY_CLUSTER, metadata
from components.objects.place import Place


class CustomObject(CustomResource):
    """A custom resource and its name."""

    object_name: pulumi.Output[str]
    """Name of the object, known only when it exists and its wait is over."""

    def __init__(
        self,
        place: Place,
        logical_name: str,
        api_version: str,
        kind: str,
        spec: Mapping[str, Any],
        *,
        object_name: pulumi.Input[str] | None = None,
        annotations: Mapping[str, Any] | None = None,
        labels: Mapping[str, Any] | None = None,
        timeout: str | None = None,
        secret_outputs: Sequence[str] = (),
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
    ) -> None:
        """Create the object; its logical name is that of the place and `logical_name`.

        `object_name` replaces the name of the place. `annotations` may have a `pulumi.com/waitFor`; `timeout`, such as
        3m, limits that wait. Of the fields in `ignore_changes`, such as `spec.releaseName`, the state's values stay.
        """
        limit = pulumi.CustomTimeouts(create=timeout, update=timeout) if timeout else None
        super().__init__(
            place.logical_name(logical_name),
            api_version=api_version,
            kind=kind,
            metadata=metadata(place, annotations, labels, object_name),
            spec=dict(spec),
            opts=pulumi.ResourceOptions(
                parent=place.parent,
                custom_timeouts=limit,
                additional_secret_outputs=list(secret_outputs),
                depends_on=list(depends_on),
                ignore_changes=list(ignore_changes),
                hide_diffs=WRITTEN_BY_CLUSTER,
            ),
        )
        self.object_name = known_after(self, object_name or place.object_name)
