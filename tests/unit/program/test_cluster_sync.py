"""Cluster sync, FluxInstance and secret store: names that do not collide, order, and what is refused."""

from typing import Any

import pytest
from pulumi.runtime.mocks import MockMonitor

import settings
from tests.unit.conftest import CONFIG, Engine, owned, raw, revealed, without_proof
from tests.unit.examples import APP, faults

FLEET = {"repository": "fleet", "path": "./clusters/east"}
OWN = "/github/developer-friendly/fleet"
ALONE = {"applications": None}


def made(**sync: object) -> tuple[set[object], set[object]]:
    """SSM names and deploy key titles of a stack of one cluster."""
    engine = Engine()
    engine.up(**ALONE, clusterSync=FLEET | sync)
    names = {each.inputs["name"] for each in engine.of("Parameter")}
    return names, {each.inputs["title"] for each in engine.of("RepositoryDeployKey")}


def test_a_cluster_has_what_flux_bootstrap_leaves_and_a_receiver_and_a_hook(engine: Engine) -> None:
    engine.up(**ALONE, clusterSync=FLEET)
    source = engine.one("GitRepository").inputs
    assert source["metadata"]["name"] == "flux-system"
    assert revealed(source["spec"]) == {
        "url": "ssh://git@github.com/developer-friendly/fleet",
        "ref": {"branch": "main"},
        "interval": "1m",
        "timeout": "60s",
        "secretRef": {"name": "flux-system-git"},
    }
    kustomization = engine.one("Kustomization").inputs
    assert kustomization["metadata"]["name"] == "flux-system"
    assert kustomization["spec"] == {
        "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
        "path": "./clusters/east",
        "interval": "10m",
        "retryInterval": "1m",
        "prune": True,
        "force": False,
        "wait": False,
    }
    assert engine.one("RepositoryDeployKey").inputs["readOnly"] is True
    assert engine.one("RepositoryWebhook").inputs["repository"] == "fleet"
    assert revealed(engine.one("Receiver").inputs["metadata"])["name"] == "flux-system"  # type: ignore[index]


def test_the_names_outside_of_the_cluster_are_those_of_its_path(engine: Engine) -> None:
    assert made() == (
        {f"{OWN}/clusters/east/deploy-key", f"{OWN}/clusters/east/receiver/token"},
        {"flux clusters/east"},
    )
    assert made(path="./clusters/east/") == made()
    assert made(path="./") == (
        {f"{OWN}/deploy-key", f"{OWN}/receiver/token"},
        {"flux"},
    )


def test_no_two_clusters_of_a_repository_share_a_name(engine: Engine) -> None:
    paths = ["./clusters/east", "./clusters/west", "./staging/east", "./production/east", "./east"]
    names, titles = zip(*(made(path=path) for path in paths), strict=True)
    assert len(set().union(*names)) == 2 * len(paths)
    assert len(set().union(*titles)) == len(paths)


def test_a_cluster_may_be_synced_as_a_github_app(engine: Engine) -> None:
    engine.up(**ALONE, **APP, clusterSync=FLEET | {"credentials": "github-app"})
    assert not engine.of("RepositoryDeployKey")
    assert engine.one("GitRepository").inputs["spec"]["provider"] == "github"


def test_applications_stand_beside_the_cluster(engine: Engine) -> None:
    engine.up(clusterSync=FLEET)
    assert len(engine.of("RepositoryWebhook")) == 2
    urls = engine.exports["webhooks"]
    assert set(urls) == {"developer-friendly/echo-server", "developer-friendly/fleet"}  # type: ignore[call-overload]


def test_the_environment_of_a_pull_request_leaves_the_cluster_alone(engine: Engine) -> None:
    engine.up(clusterSync=FLEET, ephemeral={"name": "pr-7", "branch": "feature"})
    assert {each.inputs["repository"] for each in engine.of("RepositoryWebhook")} == {"echo-server"}


@pytest.mark.parametrize(
    ("kind", "users"),
    [
        ("FluxInstance", {"ExternalSecret", "GitRepository", "Kustomization", "Receiver"}),
        ("ClusterSecretStore", {"ExternalSecret"}),
    ],
)
def test_what_flux_or_the_store_serves_waits_for_them(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, kind: str, users: set[str]
) -> None:
    waiting: set[str] = set()
    register = MockMonitor.RegisterResource

    def recorded(monitor: MockMonitor, request: Any) -> object:
        if any(f":{kind}::" in urn for urn in request.dependencies):
            waiting.add(request.type.rpartition(":")[2])
        return register(monitor, request)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(MockMonitor, "RegisterResource", recorded)
    engine.up(fluxInstance={}, secrets={"store": {"region": "eu-central-1"}})
    assert waiting >= users


def test_flux_instance_and_secret_store_are_as_asked_for(engine: Engine) -> None:
    store = {"region": "eu-central-1", "role": "arn:aws:iam::123456789012:role/reader"}
    engine.up(fluxInstance={"version": "2.x"}, secrets={"store": store}, secretStore="mine")
    instance = engine.one("FluxInstance").inputs
    metadata = instance["metadata"]
    assert (metadata["name"], metadata["namespace"]) == ("flux", "flux-system")
    assert without_proof(metadata["annotations"]) == {
        # flux-operator finalizes it.
        "pulumi.com/deletionPropagationPolicy": "background",
        "pulumi.com/waitFor": "condition=Ready",
    } | owned("cluster")
    assert instance["spec"]["distribution"] == {"version": "2.x", "registry": "ghcr.io/fluxcd"}
    assert "notification-controller" in instance["spec"]["components"]
    made_store = engine.one("ClusterSecretStore").inputs
    assert made_store["metadata"]["name"] == "mine"
    assert without_proof(made_store["metadata"]["annotations"]) == {
        "pulumi.com/waitFor": "condition=Ready"
    } | owned("cluster")
    assert made_store["spec"] == {"provider": {"aws": {"service": "ParameterStore", **store}}}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"clusterSync": {"path": "./x"}}, "fluxhook:clusterSync.repository: is missing"),
        ({"clusterSync": {"repository": "fleet"}}, "fluxhook:clusterSync.path: is missing"),
        (
            {"clusterSync": {"repository": "a/b/c", "path": "./x"}},
            "fluxhook:clusterSync.repository: is not `name` or `owner/name`",
        ),
        (
            {"clusterSync": FLEET | {"path": "clusters/east"}},
            "fluxhook:clusterSync.path: does not begin with ./",
        ),
        (
            {"clusterSync": FLEET | {"path": "./my clusters/east"}},
            f"fluxhook:clusterSync.path: makes the SSM name {OWN}/my clusters/east/receiver/token,"
            " which must be segments",
        ),
        (
            {"clusterSync": FLEET | {"repository": "echo-server"}},
            "fluxhook:clusterSync.repository: is the repository of applications[0] too",
        ),
        (
            {"clusterSync": FLEET | {"name": "echo-server"}},
            "fluxhook:clusterSync.name: is the name of applications[0] too",
        ),
        (
            {"clusterSync": FLEET | {"credentials": "github-app"}},
            "fluxhook:clusterSync.credentials: needs a GitHub App; write fluxhook:githubApp",
        ),
        (
            {"clusterSync": FLEET | {"interval": "1d"}},
            "fluxhook:clusterSync.interval: is not a dur",
        ),
        (
            {"secrets": {"backend": "kubernetes", "store": {"region": "eu-central-1"}}},
            "fluxhook:secrets.store: is of no use with backend kubernetes; remove it",
        ),
        ({"secrets": {"store": {}}}, "fluxhook:secrets.store.region: is missing"),
        (
            {"secrets": {"store": {"region": "Frankfurt"}}},
            "fluxhook:secrets.store.region: is not an AWS region",
        ),
        (
            {"secrets": {"store": {"region": "eu-central-1", "role": "reader"}}},
            "fluxhook:secrets.store.role: is not the ARN of a role",
        ),
        (
            {"fluxInstance": {"components": ["source-controler"]}},
            "fluxhook:fluxInstance.components[0]: is not known; did you mean `source-controller`?",
        ),
        (
            {"fluxInstance": {"components": ["source-controller"]}},
            "fluxhook:fluxInstance.components: lacks controllers that the stack uses;"
            " add notification-controller, kustomize-controller",
        ),
        ({"fluxInstance": {"vresion": "2.x"}}, "fluxInstance.vresion: is not a known key; did you"),
    ],
)
def test_a_cluster_that_cannot_work_is_refused(changes: dict[str, object], fault: str) -> None:
    found = faults(**changes)
    assert len([each for each in found if fault in each]) == 1, found


def test_a_cluster_needs_no_application() -> None:
    values = {key: value for key, value in CONFIG.items() if key != "applications"}
    found, told = settings.parse(raw(values | {"clusterSync": FLEET}), "unit")
    assert told == []
    assert [each.repository for each in found.applications] == ["developer-friendly/fleet"]
    assert found.stack.cluster_sync
