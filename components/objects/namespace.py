"""A namespace that applications are delivered to."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.objects.known_after import known_after
from components.objects.metadata import WRITTEN_BY_CLUSTER, metadata
from components.objects.place import Place


def namespace(name: str, object_name: str, parent: pulumi.Resource) -> pulumi.Output[str]:
    """Create a Namespace and return its name, known once it exists."""
    created = kubernetes.core.v1.Namespace(
        f"{name}/{object_name}-namespace",
        metadata=metadata(Place(name, object_name, "", parent)),
        opts=pulumi.ResourceOptions(parent=parent, hide_diffs=WRITTEN_BY_CLUSTER),
    )
    return known_after(created, object_name)
