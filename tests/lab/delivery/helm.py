"""Objects of Helm delivery, made without Pulumi in between, and what they come to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.models.meta_v1 import ObjectMeta

from tests.lab.conftest import NAMESPACE
from tests.world import World, eventually


@contextmanager
def made(
    world: World, kind: type[GenericNamespacedResource], name: str, spec: dict[str, Any]
) -> Iterator[None]:
    """An object of Flux; in the end it has left the cluster, finalizer and all."""
    world.cluster.create(kind(metadata=ObjectMeta(name=name, namespace=NAMESPACE), spec=spec))
    try:
        yield
    finally:
        delete(world, kind, name, NAMESPACE)


def delete(world: World, kind: type[NamespacedResource], name: str, namespace: str) -> None:
    world.cluster.delete(kind, name, namespace=namespace)

    def gone() -> None:
        assert not list(
            world.cluster.list(kind, namespace=namespace, fields={"metadata.name": name})
        )

    eventually(gone)


def await_ready(
    world: World,
    kind: type[GenericNamespacedResource],
    name: str,
    status: str = "True",
    message: str = "",
) -> None:
    """Return once the condition Ready is as expected; a source that is not yet there makes it False."""

    def check() -> None:
        conditions = world.status(kind, name).get("conditions", [])
        (found,) = [each for each in conditions if each["type"] == "Ready"]
        assert found["status"] == status, found["message"]
        assert message in found["message"]

    eventually(check)


def release(kind: str, source: str, chart: str, target: str, **more: object) -> dict[str, Any]:
    """Spec of a HelmRelease that makes its namespace."""
    reference = {"kind": kind, "name": source}
    return {
        # Only what the test does can make anything happen within it.
        "interval": "1h",
        "releaseName": chart.rpartition("/")[2],
        "targetNamespace": target,
        "install": {"createNamespace": True},
        "chart": {"spec": {"chart": chart, "sourceRef": reference, "interval": "1h", **more}},
    }
