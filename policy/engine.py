"""What the engine knows of a resource."""

from collections.abc import Iterator

from policy.resource import Resource

PLACES = ("github:", "kubernetes:")
"""Packages whose provider decides whose repositories or which cluster is changed."""


def explicit_provider(resource: Resource) -> Iterator[str]:
    """A resource on GitHub or in a cluster names its provider: the default one acts wherever the shell points to."""
    if resource.resource_type.startswith(PLACES) and (
        resource.provider is None or resource.provider.name.startswith("default")
    ):
        yield "it has the default provider; pass one with the owner, or with the cluster's context"
