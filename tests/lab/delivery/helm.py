"""Creates Flux objects of Helm delivery directly, without Pulumi, and waits for their conditions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.models.meta_v1 import ObjectMeta

from tests.lab.conftest import NAMESPACE
from tests.world import World, eventually


@contextmanager
def flux_object(
    world: World, kind: type[GenericNamespacedResource], name: str, spec: dict[str, Any]
) -> Iterator[None]:
    """Creates a Flux object; in the end deletes it and waits until it is gone."""
    world.cluster.create(kind(metadata=ObjectMeta(name=name, namespace=NAMESPACE), spec=spec))
    try:
        yield
    finally:
        delete(world, kind, name, NAMESPACE)


def delete(world: World, kind: type[NamespacedResource], name: str, namespace: str) -> None:
    """Deletes an object and waits until its finalizers have run and it is gone."""
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
    """Waits until the condition Ready has `status` and a message with `message`."""

    def check() -> None:
        conditions = world.status(kind, name).get("conditions", [])
        (found,) = [each for each in conditions if each["type"] == "Ready"]
        assert found["status"] == status, found["message"]
        assert message in found["message"]

    eventually(check)


def release(kind: str, source: str, chart: str, target: str, **more: object) -> dict[str, Any]:
    """Returns the spec of a HelmRelease that creates its namespace."""
    reference = {"kind": kind, "name": source}
    return {
        # So long that only the test itself can cause a reconciliation.
        "interval": "1h",
        "releaseName": chart.rpartition("/")[2],
        "targetNamespace": target,
        "install": {"createNamespace": True},
        "chart": {"spec": {"chart": chart, "sourceRef": reference, "interval": "1h", **more}},
    }
