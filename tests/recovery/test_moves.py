"""Another `name` of an entry, or another `namespace` of Flux: what the application runs stays, object by object."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import ServicePort, ServiceSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment as Workload
from lightkube.resources.core_v1 import Secret, Service

from lab.world import push
from lab.world.kinds import HelmRelease, Kustomization
from tests.deployment import Deployment, deployed
from tests.world import World, eventually

HelmChart = create_namespaced_resource("source.toolkit.fluxcd.io", "v1", "HelmChart", "helmcharts")
FLUX, MOVED = "flux-system", "flux-moved"
OVERLAY, CHART = "moves", "moves-chart"
"""Repositories: one is delivered by a Kustomization, the other by a HelmRelease; also the namespace of the first."""
WORKLOADS = (("echo-server", OVERLAY), (f"{CHART}-echo-server", FLUX))
"""Name and namespace of the Deployments: the overlay says its namespace, the release is where it was installed."""
ENTRIES = (OVERLAY, CHART, "renamed", "renamed-chart")
"""Names that the entries have in turn."""
NOBODY = "nobody"
"""What never is Ready: who depends on it applies nothing."""


@pytest.fixture(scope="module")
def delivered(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack with both applications, applied."""
    world.make_namespace(OVERLAY)
    world.make_repository(CHART)
    with deployed(world, OVERLAY, tmp_path_factory.mktemp(OVERLAY)) as stack:
        with push.connect(world.state) as github:
            for name in (OVERLAY, CHART):
                push.commit(github, push.full_name(name), "Begin", push.example("echo-server"))
        configure(stack, (OVERLAY, CHART))
        stack.up()
        await_ready(world, FLUX, (OVERLAY, CHART))
        yield stack


def configure(stack: Deployment, names: Sequence[str], depends_on: Sequence[str] = ()) -> None:
    """Give the entries names, and what they wait for."""
    often = {"interval": "1h", "retryInterval": "1s", "dependsOn": depends_on}
    overlay = {"path": "./kustomize/overlays/dev", "targetNamespace": OVERLAY, **often}
    release = {"chart": "./charts/echo-server", "interval": "1h", "dependsOn": depends_on}
    stack.config["applications"] = [
        {"repository": OVERLAY, "name": names[0], "kustomization": overlay},
        {"repository": CHART, "name": names[1], "helmRelease": release},
    ]


def await_ready(world: World, namespace: str, names: Sequence[str]) -> None:
    """Wait until both are applied."""

    def check() -> None:
        for kind, name in zip((Kustomization, HelmRelease), names, strict=True):
            conditions = world.status(kind, name, namespace).get("conditions", [])
            ready = {each["type"]: each for each in conditions}.get("Ready", {})
            assert ready.get("status") == "True", ready

    eventually(check)


def uids(world: World) -> list[str]:
    """Identities of what the applications run: an object that was deleted and made again has another."""
    found = [world.cluster.get(Workload, name, namespace=space) for name, space in WORKLOADS]
    assert not [each for each in found if each.metadata and each.metadata.deletionTimestamp]
    return [str(each.metadata and each.metadata.uid) for each in found]


def deliveries(world: World) -> list[str]:
    """Namespaces and names of the Kustomizations and HelmReleases that there are."""
    return [
        f"{each.metadata.namespace}/{each.metadata.name}"
        for kind in (Kustomization, HelmRelease)
        for space in (FLUX, MOVED)
        for each in world.cluster.list(kind, namespace=space)
        if each.metadata and str(each.metadata.name).endswith(ENTRIES)
    ]


def owners(world: World) -> list[str]:
    """Who says that it delivers each of the Deployments."""
    found = [world.cluster.get(Workload, name, namespace=space) for name, space in WORKLOADS]
    labels: list[Any] = [each.metadata and each.metadata.labels for each in found]
    kinds = ("kustomize", "helm")
    return [
        f"{each[f'{kind}.toolkit.fluxcd.io/namespace']}/{each[f'{kind}.toolkit.fluxcd.io/name']}"
        for kind, each in zip(kinds, labels, strict=True)
    ]


def releases(world: World) -> set[str]:
    """Names of the releases that Helm has stored in either namespace of Flux."""
    return {
        str((each.metadata.labels or {})["name"])
        for space in (FLUX, MOVED)
        for each in world.cluster.list(Secret, namespace=space, labels={"owner": "helm"})
        if each.metadata and (each.metadata.labels or {})["name"].startswith(OVERLAY)
    }


def test_a_new_name_takes_over_what_runs_even_before_it_can_apply_anything(
    world: World, delivered: Deployment
) -> None:
    before = uids(world)
    configure(delivered, ("renamed", "renamed-chart"), [NOBODY])
    delivered.up()
    assert deliveries(world) == [f"{FLUX}/renamed", f"{FLUX}/renamed-chart"]
    assert uids(world) == before

    configure(delivered, ("renamed", "renamed-chart"))
    delivered.up()
    await_ready(world, FLUX, ("renamed", "renamed-chart"))
    assert owners(world) == deliveries(world)
    assert uids(world) == before
    assert releases(world) == {CHART}, "the release keeps its name"
    assert delivered.up("--expect-no-changes").steps == {}


def test_another_namespace_of_flux_takes_over_what_runs(
    world: World, delivered: Deployment
) -> None:
    before = uids(world)
    world.make_namespace(MOVED)
    port = ServicePort(port=80, name="http", targetPort="http-webhook")
    service = ServiceSpec(ports=[port], selector={"app": "notification-controller"})
    metadata = ObjectMeta(name="webhook-receiver", namespace=MOVED)
    world.cluster.apply(Service(metadata=metadata, spec=service), field_manager="tests")

    delivered.config["namespace"] = MOVED
    delivered.up()
    assert deliveries(world) == [f"{MOVED}/renamed", f"{MOVED}/renamed-chart"]
    await_ready(world, MOVED, ("renamed", "renamed-chart"))
    assert owners(world) == deliveries(world)
    assert uids(world) == before
    assert releases(world) == {CHART}
    assert delivered.up("--expect-no-changes").steps == {}


def test_what_nobody_follows_takes_with_it_what_it_applied(
    world: World, delivered: Deployment
) -> None:
    applications = delivered.config["applications"]
    delivered.config["applications"] = applications[:1]  # type: ignore[index]
    delivered.up()
    assert deliveries(world) == [f"{MOVED}/renamed"]
    assert releases(world) == set()
    delivered.operate("destroy")
    assert deliveries(world) == []
    for name, space in WORKLOADS:
        found = world.cluster.list(Workload, namespace=space, fields={"metadata.name": name})
        assert not list(found)
    charts = [
        each for space in (FLUX, MOVED) for each in world.cluster.list(HelmChart, namespace=space)
    ]
    names = [str(each.metadata and each.metadata.name) for each in charts]
    assert not [each for each in names if each.endswith(ENTRIES)], "no chart is left behind"
