"""Who takes over what an application runs, and what is told of it: asked of a fake API server."""

from typing import Any

import pulumi
import pytest

import settings
from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery.cluster import Metadata
from recovery.handover import HANDED_OVER, Handover
from tests.unit.conftest import CONFIG, raw

STACK = "organization/fluxhook/unit"
BOT = {"login": "bot", "name": "Bot", "email": "bot@example.com"}
REPOSITORY = "developer-friendly/echo-server"


class Cluster:
    """Has objects by kind, namespace and name, and notes what is patched."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], dict[str, str]] = {}
        self.specs: dict[tuple[str, str, str], dict[str, object]] = {}
        self.patched: list[tuple[str, str, str]] = []
        self.changes: list[object] = []
        self.may_list_everywhere = True
        self.refused: set[str] = set()

    def add(self, kind: str, namespace: str, name: str, **annotations: str) -> None:
        self.objects[kind, namespace, name] = {
            STACK_ANNOTATION: STACK,
            COMPONENT_ANNOTATION: REPOSITORY,
            **annotations,
        }

    def _metadata(self, key: tuple[str, str, str]) -> Metadata:
        _, namespace, name = key
        annotations = self.objects[key]
        return {
            "namespace": namespace,
            "name": name,
            "uid": f"{name}-uid",
            "annotations": annotations,
        }

    def everywhere(self, _version: str, kind: str) -> list[Metadata] | None:
        if not self.may_list_everywhere:
            return None
        return [self._metadata(key) for key in self.objects if key[0] == kind]

    def listed(self, _version: str, kind: str, namespace: str) -> list[Metadata]:
        return [self._metadata(key) for key in self.objects if key[:2] == (kind, namespace)]

    def metadata(self, _version: str, kind: str, namespace: str, name: str) -> Metadata | None:
        key = kind, namespace, name
        return self._metadata(key) if key in self.objects else None

    def whole(self, _version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
        return {"spec": self.specs.get((kind, namespace, name), {})}

    def patch(self, _version: str, kind: str, namespace: str, name: str, change: object) -> bool:
        if kind in self.refused:
            raise OSError
        self.patched.append((kind, namespace, name))
        self.changes.append(change)
        return True


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def handover(cluster: Cluster, **entry: object) -> Handover:
    """What a stack with one entry does in `cluster`."""
    values = {**CONFIG, "bot": BOT, "applications": [{"repository": "echo-server", **entry}]}
    found, faults = settings.parse(raw(values), "unit")
    assert faults == []
    return Handover(found, cluster, STACK)  # type: ignore[arg-type]


def wanted(kind: str, name: str, namespace: str = "flux-system") -> dict[str, object]:
    """The inputs of an object of the entry."""
    annotations = {STACK_ANNOTATION: STACK, COMPONENT_ANNOTATION: REPOSITORY}
    return {
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "annotations": annotations},
    }


@pytest.mark.parametrize("kind", ["Kustomization", "HelmRelease"])
@pytest.mark.parametrize("former", [("flux-system", "old"), ("flux-before", "new")])
def test_the_former_object_is_suspended_whatever_its_name_and_namespace(
    cluster: Cluster, kind: str, former: tuple[str, str]
) -> None:
    cluster.add(kind, *former)
    told = handover(cluster, name="new").take_over("entry", wanted(kind, "new"))
    assert told == f"flux-system/new takes over what {'/'.join(former)} runs"
    assert cluster.patched[-1] == (kind, *former)
    assert cluster.changes[-1] == {
        "metadata": {"annotations": {HANDED_OVER: "flux-system/new"}},
        "spec": {"suspend": True},
    }
    charts = [each for each in cluster.patched if each[0] == "HelmChart"]
    expected = [("HelmChart", former[0], "-".join(former))] if kind == "HelmRelease" else []
    assert charts == expected, "the chart goes with its release"


def test_an_object_of_somebody_else_another_entry_or_the_same_place_is_left_alone(
    cluster: Cluster,
) -> None:
    cluster.add("Kustomization", "flux-system", "new")
    cluster.add("Kustomization", "flux-system", "a", **{STACK_ANNOTATION: "o/fluxhook/other"})
    cluster.add("Kustomization", "flux-system", "b", **{COMPONENT_ANNOTATION: "o/other"})
    cluster.add("HelmRelease", "flux-system", "old")
    assert handover(cluster).take_over("entry", wanted("Kustomization", "new")) is None
    assert cluster.patched == []


def test_a_repository_that_was_renamed_takes_over_as_well(cluster: Cluster) -> None:
    former = "developer-friendly/before"
    cluster.add("Kustomization", "flux-system", "old", **{COMPONENT_ANNOTATION: former})
    handover(cluster, formerly="before").take_over("entry", wanted("Kustomization", "new"))
    assert cluster.patched == [("Kustomization", "flux-system", "old")]


def test_without_the_right_to_list_everywhere_the_namespace_is_looked_at_and_that_is_told(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    cluster.may_list_everywhere = False
    cluster.add("Kustomization", "flux-system", "old")
    handover(cluster).take_over("entry", wanted("Kustomization", "new"))
    assert cluster.patched == [("Kustomization", "flux-system", "old")]
    (line,) = told
    assert "no right to list every Kustomization" in line


def test_a_chart_that_may_not_be_changed_is_told_and_stops_nothing(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    cluster.refused.add("HelmChart")
    cluster.add("HelmRelease", "flux-system", "old")
    handover(cluster).take_over("entry", wanted("HelmRelease", "new"))
    assert cluster.patched == [("HelmRelease", "flux-system", "old")]
    assert told == [
        "the HelmChart flux-system/flux-system-old stays behind (OSError): delete it by hand"
    ]


def test_what_was_suspended_in_vain_is_resumed_when_the_stack_wants_it_again(
    cluster: Cluster,
) -> None:
    suspended = {HANDED_OVER: "flux-system/new"}
    cluster.add("Kustomization", "flux-system", "echo-server", **suspended)
    handover(cluster, name="new").take_back()
    assert cluster.patched == [], "the stack does not want it"
    handover(cluster).take_back()
    assert cluster.changes == [
        {"metadata": {"annotations": {HANDED_OVER: None}}, "spec": {"suspend": None}}
    ]
    cluster.add("Kustomization", "flux-system", "new")
    handover(cluster).take_back()
    assert len(cluster.patched) == 1, "its successor exists"


def of(delivery: str) -> dict[str, str]:
    """The annotation of an object of one delivery of the entry."""
    return {COMPONENT_ANNOTATION: f"{REPOSITORY}/{delivery}"}


def listed(cluster: Cluster, *names: str, **entry: object) -> Handover:
    return handover(cluster, deliveries=[{"name": each, **entry} for each in names])


def test_a_delivery_that_was_renamed_takes_over_from_the_one_that_left_the_list_with_its_directory(
    cluster: Cluster,
) -> None:
    paths = {"web": "./web", "api": "./api", "gone": "./gone"}
    for name, path in paths.items():
        cluster.add("Kustomization", "flux-system", name, **of(name))
        cluster.specs["Kustomization", "flux-system", name] = {"path": path}
    new: Any = wanted("Kustomization", "site")
    new["metadata"]["annotations"] |= of("site")
    new["spec"] = {"path": "./web"}
    listed(cluster, "site", "api").take_over("site", new)
    assert cluster.patched == [("Kustomization", "flux-system", "web")]
    new["spec"] = {"path": "./web", "targetNamespace": "other"}
    listed(cluster, "site", "api").take_over("site", new)
    new["spec"] = {"path": "./api"}
    listed(cluster, "site", "api").take_over("site", new)
    assert len(cluster.patched) == 1, "other objects, or those of a delivery that stays"


def test_a_list_takes_over_from_the_single_delivery_that_it_replaces_and_back(
    cluster: Cluster,
) -> None:
    cluster.add("Kustomization", "flux-system", "echo-server")
    cluster.specs["Kustomization", "flux-system", "echo-server"] = {"path": "./web"}
    new: Any = wanted("Kustomization", "web")
    new["metadata"]["annotations"] |= of("web")
    new["spec"] = {"path": "./web"}
    listed(cluster, "web", "api").take_over("web", new)
    assert cluster.patched == [("Kustomization", "flux-system", "echo-server")]
    cluster.objects.clear()
    cluster.patched.clear()
    cluster.add("Kustomization", "flux-system", "web", **of("web"))
    cluster.specs["Kustomization", "flux-system", "web"] = {"path": "./web"}
    single: Any = {**wanted("Kustomization", "echo-server"), "spec": {"path": "./web"}}
    handover(cluster).take_over("entry", single)
    assert cluster.patched == [("Kustomization", "flux-system", "web")]


def test_a_release_that_was_renamed_is_told_by_its_chart_and_its_target_namespace(
    cluster: Cluster,
) -> None:
    chart = {"spec": {"chart": "./chart"}}
    for name in ("red", "blue"):
        cluster.add("HelmRelease", "flux-system", name, **of(name))
        cluster.specs["HelmRelease", "flux-system", name] = {
            "chart": chart,
            "releaseName": name,
            "targetNamespace": name,
        }
    metadata: Any = wanted("HelmRelease", "new")["metadata"]
    metadata["annotations"] |= of("new")
    found = listed(cluster, "new", helmRelease={"chart": "./chart"})
    for name in ("red", "blue"):
        release = found.release(metadata, {"chart": chart, "targetNamespace": name})
        assert release["releaseName"] == name
    assert found.release(metadata, {"chart": {"spec": {"chart": "./other"}}}) == {}


def test_a_release_stays_what_and_where_it_is(cluster: Cluster) -> None:
    metadata: Any = wanted("HelmRelease", "new")["metadata"]
    assert handover(cluster).release(metadata, {}) == {}
    release = {"releaseName": "old", "targetNamespace": "a", "storageNamespace": "b"}
    cluster.add("HelmRelease", "flux-before", "old")
    cluster.specs["HelmRelease", "flux-before", "old"] = {**release, "suspend": True}
    assert handover(cluster).release(metadata, {}) == release
    del cluster.specs["HelmRelease", "flux-before", "old"]["storageNamespace"]
    assert handover(cluster).release(metadata, {}) == {**release, "storageNamespace": "flux-before"}
    cluster.add("HelmRelease", "flux-system", "new")
    cluster.specs["HelmRelease", "flux-system", "new"] = {**release, "releaseName": "its-own"}
    assert handover(cluster).release(metadata, {})["releaseName"] == "its-own"


def test_the_markers_that_must_change_are_told(cluster: Cluster) -> None:
    cluster.add("ImagePolicy", "flux-before", "old")
    entry = {"name": "new", "image": {"name": "ghcr.io/o/a"}}
    (line,) = handover(cluster, **entry).markers()
    assert line.startswith(f"{REPOSITORY}: its ImagePolicy flux-before/old becomes flux-system/new")
    assert '{"$imagepolicy": "flux-system:new"}' in line
    assert "flux-before:old" in line
    cluster.objects.clear()
    cluster.add("ImagePolicy", "flux-system", "new")
    assert list(handover(cluster, **entry).markers()) == []


def test_the_markers_of_a_renamed_delivery_are_told_by_its_image(cluster: Cluster) -> None:
    for name in ("web", "api"):
        cluster.add("ImagePolicy", "flux-system", name, **of(name))
        cluster.specs["ImageRepository", "flux-system", name] = {"image": f"ghcr.io/o/{name}"}
    image = {"name": "ghcr.io/o/web"}
    (line,) = handover(cluster, deliveries=[{"name": "site", "image": image}]).markers()
    assert "its ImagePolicy flux-system/web becomes flux-system/site" in line
