"""The part of the provider's configuration that single objects need."""

from dataclasses import dataclass

from lab.plugins.kubernetes.cluster import Cluster


@dataclass
class Options:
    """The provider's options for single objects.

    Attributes:
        cluster: The API server, None where there is no usable kubeconfig.
        unreachable: Why there is none.
        delete_unreachable: Whether an object of a cluster that cannot be reached is forgotten.
        patch_force: Whether a change takes fields over from other managers.
        upsert: Whether a creation takes over an object that exists already.
        secret_mutable: Whether a Secret with other data is changed, and not replaced.
    """

    cluster: Cluster | None = None
    unreachable: str = "the provider is not configured"
    delete_unreachable: bool = False
    patch_force: bool = False
    upsert: bool = False
    secret_mutable: bool = False
