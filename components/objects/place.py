"""Where objects belong: their names, their namespace, their parent."""

from dataclasses import dataclass, replace

import pulumi


@dataclass(frozen=True)
class Place:
    """Where the objects of one component belong."""

    name: str
    """Begins the logical name of each, such as `owner/repository`."""
    object_name: str
    """Name of the objects in the cluster."""
    namespace: pulumi.Input[str]
    """Namespace of the objects; empty for objects of the whole cluster."""
    parent: pulumi.Resource
    """The component whose children they are."""

    def renamed(self, object_name: str) -> "Place":
        """Return the same place with another name in the cluster."""
        return replace(self, object_name=object_name)
