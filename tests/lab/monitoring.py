"""Removes the objects of the monitoring chart that Helm leaves in the cluster."""

from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.core_v1 import Namespace

from tests.deployment import MONITORED
from tests.world import World, eventually

GROUP = "monitoring.coreos.com"
Alertmanager = create_namespaced_resource(GROUP, "v1", "Alertmanager", "alertmanagers")


def definitions(world: World) -> list[str]:
    """Returns the names of the chart's CustomResourceDefinitions: Helm never deletes those of crds/."""
    return [
        str(each.metadata.name)
        for each in world.cluster.list(CustomResourceDefinition)
        if each.metadata and each.spec.group == GROUP
    ]


def remove_leftovers(world: World, namespace: str = MONITORED) -> None:
    """Removes the chart's definitions and the namespace that Helm created, and waits until they are gone."""
    for definition in definitions(world):
        world.cluster.delete(CustomResourceDefinition, definition)
    for each in world.cluster.list(Namespace, fields={"metadata.name": namespace}):
        assert each.metadata
        world.cluster.delete(Namespace, str(each.metadata.name))

    def gone() -> None:
        assert not definitions(world)
        assert not list(world.cluster.list(Namespace, fields={"metadata.name": namespace}))

    eventually(gone)
