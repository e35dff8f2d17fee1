"""Helm delivery: what an application's `helmRelease` becomes, and what is refused."""

from collections.abc import Mapping

import pytest

import settings
from tests.unit.conftest import CONFIG, Engine, owned, raw, revealed

CHART = {"chart": "./chart"}
CHARTS = {"url": "https://charts.example.com"}
PRIVATE = {**CHARTS, "username": "user"}
PASSWORD = "s3cr3t-" + "words"


def app(release: Mapping[str, object], **values: object) -> dict[str, object]:
    return {"repository": "echo-server", "helmRelease": release, **values}


def made(engine: Engine, kind: str) -> dict[str, object]:
    return revealed(engine.one(kind).inputs["spec"])  # type: ignore[return-value]


def announced(engine: Engine) -> list[str]:
    """Kinds of what the Receiver reconciles."""
    return [each["kind"] for each in made(engine, "Receiver")["resources"]]  # type: ignore[attr-defined]


def test_a_chart_in_git_follows_every_commit_and_only_its_source_is_announced(
    engine: Engine,
) -> None:
    engine.up(applications=[app(CHART)])
    assert made(engine, "HelmRelease") == {
        "chart": {
            "spec": {
                "chart": "./chart",
                "sourceRef": {"kind": "GitRepository", "name": "echo-server"},
                "reconcileStrategy": "Revision",
            }
        },
        "interval": "5m",
        "timeout": "5m",
        "releaseName": "echo-server",
        "targetNamespace": "flux-system",
        "storageNamespace": "flux-system",
        "maxHistory": 10,
        "install": {
            "disableWait": False,
            "crds": "Create",
            "createNamespace": False,
            "remediation": {"retries": 3},
        },
        "upgrade": {
            "disableWait": False,
            "crds": "CreateReplace",
            "cleanupOnFail": True,
            "remediation": {"retries": 3, "remediateLastFailure": True},
        },
        "driftDetection": {"mode": "enabled"},
    }
    assert not engine.of("Kustomization")
    assert not engine.of("HelmRepository")
    assert announced(engine) == ["GitRepository"]


OCI = {"kind": "OCIRepository", "name": "charts"}


def test_the_chart_of_an_object_in_the_cluster_follows_no_commit(engine: Engine) -> None:
    engine.up(applications=[app({"chartRef": OCI})])
    spec = made(engine, "HelmRelease")
    assert spec["chartRef"] == OCI
    assert "chart" not in spec
    assert announced(engine) == ["GitRepository"]


def test_everything_of_a_release_reaches_its_object(engine: Engine) -> None:
    values_from = [{"kind": "Secret", "name": "values", "targetPath": "image.tag"}]
    patches = [{"kustomize": {"patches": [{"patch": "[]", "target": {"kind": "Deployment"}}]}}]
    release = {
        "chart": "echo-server",
        "version": "1.x",
        "repository": {**PRIVATE, "interval": "10m"},
        "valuesFiles": ["values.yaml", "production.yaml"],
        "values": {"a": {"b": 1}},
        "valuesFrom": values_from,
        "postRenderers": patches,
        "driftDetection": "warn",
        "releaseName": "echo",
        "targetNamespace": "shop",
        "interval": "1h",
        "timeout": "10m",
        "wait": False,
        "test": True,
        "retries": -1,
        "maxHistory": 0,
        "dependsOn": ["database"],
        "remediation": "uninstall",
        "crds": {"install": "Skip", "upgrade": "Create"},
        "serviceAccountName": "tenant",
        "kubeConfig": {"secretName": "remote"},
        "suspend": True,
        "spec": {
            "driftDetection": {"ignore": [{"paths": ["/spec/replicas"]}]},
            "upgrade": {"force": True},
        },
    }
    engine.up(
        applications=[app(release, createNamespace=True)],
        chartToken=PASSWORD,
    )
    spec = made(engine, "HelmRelease")
    assert spec["chart"] == {
        "spec": {
            "chart": "echo-server",
            "version": "1.x",
            "sourceRef": {"kind": "HelmRepository", "name": "echo-server"},
            "valuesFiles": ["values.yaml", "production.yaml"],
            "reconcileStrategy": "ChartVersion",
        }
    }
    rest = {key: value for key, value in spec.items() if key not in ("chart", "install", "upgrade")}
    assert rest == {
        "values": {"a": {"b": 1}},
        "valuesFrom": values_from,
        "postRenderers": patches,
        "driftDetection": {"mode": "warn", "ignore": [{"paths": ["/spec/replicas"]}]},
        "releaseName": "echo",
        "targetNamespace": "shop",
        "storageNamespace": "flux-system",
        "interval": "1h",
        "timeout": "10m",
        "test": {"enable": True, "ignoreFailures": True, "timeout": "1m"},
        "maxHistory": 0,
        "dependsOn": [{"name": "database"}],
        "serviceAccountName": "tenant",
        "kubeConfig": {"secretRef": {"name": "remote"}},
        "suspend": True,
    }
    crds = [spec[action]["crds"] for action in ("install", "upgrade")]  # type: ignore[index]
    assert crds == ["Skip", "Create"]
    assert spec["upgrade"]["force"] is True  # type: ignore[index]
    assert spec["upgrade"]["remediation"]["strategy"] == "uninstall"  # type: ignore[index]
    assert spec["install"]["remediation"] == {"retries": -1}  # type: ignore[index]
    assert spec["upgrade"]["disableWait"] is True  # type: ignore[index]
    namespace = revealed(engine.one("Namespace").inputs["metadata"])
    assert namespace == {"name": "shop", "annotations": owned("cluster")}
    repository = made(engine, "HelmRepository")
    assert repository == {**CHARTS, "interval": "10m", "secretRef": {"name": "echo-server-helm"}}
    assert announced(engine) == ["GitRepository", "HelmRepository"]
    names = [each.inputs["name"] for each in engine.of("Parameter")]
    assert "/github/developer-friendly/echo-server/chart-token" in names
    assert PASSWORD not in str([each.inputs for each in engine.of("HelmRepository")])


def test_a_registry_is_a_repository_of_type_oci(engine: Engine) -> None:
    engine.up(applications=[app({"chart": "c", "repository": {"url": "oci://ghcr.io/o/charts"}})])
    assert made(engine, "HelmRepository")["type"] == "oci"


@pytest.mark.parametrize(
    ("release", "fault"),
    [
        ({}, ".chart: is missing; write its directory, or its name in `repository`, or `chartRef`"),
        ({**CHART, "chartRef": OCI}, ".chart: is of no use beside chartRef; remove one of them"),
        ({"chartRef": {**OCI, "kind": "Bucket"}}, ".chartRef.kind: is not known; write OCIRepos"),
        ({"chart": "c"}, ".repository: is missing for a chart by name; write it, or a directory"),
        (
            {**CHART, "repository": CHARTS},
            ".chart: is a directory, which a Helm repository does not have",
        ),
        (
            {**CHART, "version": "1.x"},
            ".version: is of no use for a directory, which has one version; remove it",
        ),
        (
            {"chart": "c", "repository": {"url": "charts"}},
            ".repository.url: is not a URL that begins with https://",
        ),
        (
            {"chart": "c", "repository": PRIVATE},
            ".repository.username: needs fluxhook:chartToken; run `pulumi config set",
        ),
        (
            {**CHART, "driftDetection": "on"},
            ".driftDetection: is not known; write enabled, warn or disabled",
        ),
        (
            {**CHART, "valuesFrom": [{"kind": "Map", "name": "x"}]},
            ".valuesFrom[0].kind: is not known; write ConfigMap or Secret",
        ),
        ({**CHART, "valuesFrom": [{"kind": "Secret"}]}, ".valuesFrom[0].name: is missing"),
        (
            {**CHART, "valuesFrom": [{"kind": "Secret", "name": "x", "key": "y"}]},
            ".valuesFrom[0].key: is not a known key; the keys here are kind, name, valuesKey",
        ),
        ({**CHART, "retries": -2}, ".retries: is too small; the least is -1"),
        ({**CHART, "releaseName": "Echo"}, ".releaseName: is not a name of a Helm release"),
        ({**CHART, "releaseName": "e" * 54}, ".releaseName: has 54 characters, Helm takes 53"),
        ({**CHART, "dependsOn": ["echo-server"]}, ".dependsOn: names itself"),
    ],
)
def test_a_release_that_cannot_work_is_refused(release: dict[str, object], fault: str) -> None:
    found = settings.parse(raw({**CONFIG, "applications": [app(release)]}), "unit")[1]
    where = "fluxhook:applications[0].helmRelease"
    assert [each for each in found if each.startswith(where + fault)], found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"kustomization": {}}, "helmRelease: stands beside kustomization; write one of them"),
        (
            {"createNamespace": True},
            "createNamespace: has no namespace to create; write helmRelease",
        ),
        ({"commitStatus": True}, "commitStatus: needs a kustomization"),
        ({"name": "e" * 60}, "helmRelease.releaseName: has 60 characters, Helm takes 53"),
    ],
)
def test_what_does_not_go_with_a_release_is_refused(values: dict[str, object], fault: str) -> None:
    config_ = {**CONFIG, "commitStatusToken": PASSWORD, "applications": [app(CHART, **values)]}
    (found,) = settings.parse(raw(config_), "unit")[1]
    assert found.startswith(f"fluxhook:applications[0].{fault}")


def test_two_releases_of_one_name_are_refused_since_helm_would_take_them_for_one() -> None:
    second = {"repository": "other", "helmRelease": {**CHART, "releaseName": "echo-server"}}
    (found,) = settings.parse(raw({**CONFIG, "applications": [app(CHART), second]}), "unit")[1]
    assert found == (
        "fluxhook:applications[1].helmRelease.releaseName: is the release name of applications[0]"
        " too; write another"
    )


def test_an_environment_whose_release_gets_too_long_a_name_is_refused() -> None:
    ephemeral = {"name": "pr-12345", "branch": "feature"}
    entry = app({**CHART, "releaseName": "e" * 50})
    written = {**CONFIG, "ephemeral": ephemeral, "applications": [entry]}
    (found,) = settings.parse(raw(written), "unit")[1]
    assert found.startswith("fluxhook:ephemeral.name: makes the name eee")
