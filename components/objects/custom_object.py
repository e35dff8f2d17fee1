"""Objects of kinds that a CustomResourceDefinition defines."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components.objects.known_after import known_after


class CustomObject(CustomResource):
    """A custom resource and its name."""

    object_name: pulumi.Output[str]
    """Name of the object, known only when it exists and its wait is over."""

    def __init__(
        self,
        name: str,
        api_version: str,
        kind: str,
        metadata: Mapping[str, Any],
        spec: Mapping[str, Any],
        parent: pulumi.Resource,
        timeout: str | None = None,
        secret_outputs: Sequence[str] = (),
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> None:
        """Create the object.

        `name` is its logical name; `metadata` needs `name`, and may have `pulumi.com/waitFor` among its annotations.
        `timeout`, such as 3m, limits the wait of a create or an update.
        """
        super().__init__(
            name,
            api_version=api_version,
            kind=kind,
            metadata=dict(metadata),
            spec=dict(spec),
            opts=pulumi.ResourceOptions(
                parent=parent,
                custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout)
                if timeout
                else None,
                additional_secret_outputs=list(secret_outputs),
                depends_on=list(depends_on),
            ),
        )
        self.object_name = known_after(self, metadata["name"])
