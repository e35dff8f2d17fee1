"""What the provider's configuration says about single objects."""

from dataclasses import dataclass

from lab.plugins.kubernetes.cluster import Cluster


@dataclass
class Options:
    """The provider's options that concern single objects.

    Attributes:
        cluster: The API server, None where there is no usable kubeconfig.
        unreachable: Why there is none.
        namespace: Where objects go that name none.
    """

    cluster: Cluster | None = None
    unreachable: str = "the provider is not configured"
    namespace: str = ""
    patch_force: bool = False
    upsert: bool = False
    delete_unreachable: bool = False
    secret_mutable: bool = False
    config_map_mutable: bool = False
