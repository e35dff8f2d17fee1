"""Where objects belong: their names, their namespace, their parent."""

from dataclasses import dataclass, replace

import pulumi

from components.rules.generations import suffix


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
    generation: int = 1
    """Generation of the key or token to which the objects belong; the names of a later one end in it."""

    def of(self, generation: int) -> "Place":
        """Return the same place for the objects of another generation, which `renamed` then names."""
        return replace(self, generation=generation)

    def renamed(self, object_name: str) -> "Place":
        """Return the same place with another name in the cluster, to which a later generation adds its ending."""
        return replace(self, object_name=f"{object_name}{suffix(self.generation)}")

    def logical_name(self, ending: str) -> str:
        """Return the logical name of the object that `ending` tells from the others of its component."""
        return f"{self.name}/{ending}{suffix(self.generation)}"
