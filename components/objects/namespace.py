"""A namespace that applications are delivered to."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.objects.known_after import known_after


def namespace(name: str, object_name: str, parent: pulumi.Resource) -> pulumi.Output[str]:
    """Create a Namespace and return its name, known once it exists."""
    created = kubernetes.core.v1.Namespace(
        f"{name}/{object_name}-namespace",
        metadata={"name": object_name},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return known_after(created, object_name)
