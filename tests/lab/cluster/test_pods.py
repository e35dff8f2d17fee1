"""Pods that nobody runs."""

from lightkube.codecs import from_dict
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from tests.world import World, eventually

NAME = "not-really-running"


def test_a_deployment_becomes_available_and_its_pods_go_with_it(world: World) -> None:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": NAME}},
            "template": {
                "metadata": {"labels": {"app": NAME}},
                "spec": {"containers": [{"name": "it", "image": "example.org/it"}]},
            },
        },
    }
    world.cluster.create(from_dict(manifest))

    def available() -> None:
        status = world.cluster.get(Deployment, NAME, namespace="default").status
        assert status
        assert status.availableReplicas == 2

    def gone() -> None:
        assert not list(world.cluster.list(Pod, namespace="default", labels={"app": NAME}))

    eventually(available)
    world.cluster.delete(Deployment, NAME, namespace="default")
    eventually(gone)
