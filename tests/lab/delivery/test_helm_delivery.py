"""Helm delivery of an application: `pulumi up`, a push or a change by hand, and what the cluster comes to."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment as AppsDeployment
from lightkube.resources.core_v1 import ConfigMap, Namespace, Secret
from lightkube.types import PatchType

from lab.world import push
from lab.world.certificates import PRIVATE_CHARTS
from lab.world.kinds import GitRepository, HelmRelease, HelmRepository, Receiver
from lab.world.surroundings import CHARTS_USER
from tests.deployment import Deployment, deployed
from tests.lab.conftest import EXAMPLE, NAMESPACE, run_in
from tests.lab.delivery.helm import await_ready
from tests.world import World, eventually

VALUES = "charts/echo-server/values.yaml"
REQUESTED = "reconcile.fluxcd.io/requestedAt"


def delivered_as(world: World, name: str) -> AppsDeployment:
    """The Deployment of a release, which is called as the release since that has the chart's name in it."""
    return world.cluster.get(AppsDeployment, name, namespace=name)


def await_replicas(world: World, name: str, replicas: int) -> None:
    def check() -> None:
        spec = delivered_as(world, name).spec
        assert spec
        assert spec.replicas == replicas

    eventually(check)


def push_values(world: World, name: str, replicas: int) -> None:
    """Commits the example with another value of its chart."""
    files = push.example(EXAMPLE)
    files[VALUES] = files[VALUES].replace("replicaCount: 1", f"replicaCount: {replicas}")
    with push.connect(world.state) as github:
        push.commit(github, push.full_name(name), f"Run {replicas} pods", files)


def requested(world: World, kind: type[GenericNamespacedResource], name: str) -> str:
    """When a reconciliation was asked for last."""
    metadata = world.cluster.get(kind, name, namespace=NAMESPACE).metadata
    assert metadata
    return str((metadata.annotations or {}).get(REQUESTED, ""))


def sources(world: World, name: str) -> list[tuple[str, str]]:
    """Kind and name of what a Receiver reconciles."""
    found = world.cluster.get(Receiver, name, namespace=NAMESPACE)
    assert found.spec
    return [(each["kind"], each["name"]) for each in found.spec["resources"]]


@pytest.fixture(scope="module")
def from_git(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The example's chart in its own repository, released in a namespace of its own."""
    name = "git-echo-server"
    with deployed(world, name, tmp_path_factory.mktemp(name)) as stack:
        push_values(world, name, 1)
        # Nothing but a webhook or a request makes anything happen within a test.
        release = {
            "chart": "./charts/echo-server",
            "targetNamespace": name,
            "interval": "1h",
        }
        stack.config["applications"] = [
            {"repository": name, "interval": "1h", "createNamespace": True, "helmRelease": release}
        ]
        stack.up()
        await_ready(world, HelmRelease, name)
        yield stack


def test_a_push_of_another_value_of_the_chart_reaches_the_deployment_by_the_webhook(
    world: World, from_git: Deployment
) -> None:
    name = from_git.stack
    await_replicas(world, name, 1)
    assert sources(world, name) == [("GitRepository", name)]
    # The version of the chart stays, so that only its revision makes it another one.
    push_values(world, name, 3)
    await_replicas(world, name, 3)
    (hook,) = world.get(f"/repos/{push.full_name(name)}/hooks")
    deliveries = world.get(f"/repos/{push.full_name(name)}/hooks/{hook['id']}/deliveries")
    assert {each["status_code"] for each in deliveries} == {200}
    await_ready(world, HelmRelease, name)


def test_a_deployment_changed_by_hand_is_corrected_at_the_next_reconciliation(
    world: World, from_git: Deployment
) -> None:
    name = from_git.stack
    replicas = 5
    push_values(world, name, replicas)
    await_replicas(world, name, replicas)
    await_ready(world, HelmRelease, name)
    world.cluster.patch(AppsDeployment, name, {"spec": {"replicas": 0}}, namespace=name)
    await_replicas(world, name, 0)
    asked = {"metadata": {"annotations": {REQUESTED: uuid.uuid4().hex}}}
    world.cluster.patch(HelmRelease, name, asked, namespace=NAMESPACE, patch_type=PatchType.MERGE)
    await_replicas(world, name, replicas)


def test_the_demo_follows_a_release_as_it_does_a_kustomization(
    world: World, from_git: Deployment
) -> None:
    name = from_git.stack
    _, *lines, verdict = run_in(world.directory.path, "lab", "demo", name).splitlines()
    replicas = delivered_as(world, name).spec
    assert replicas
    shown = [re.split(r" ms +", line)[1].partition("  ")[0] for line in lines]
    assert set(shown) == {
        *("push accepted", "delivery sent", "receiver answered 200", "HelmRelease applied it"),
        *("GitRepository has the commit", f"Deployment has {replicas.replicas} replicas"),
    }
    assert "✔" in verdict


def test_a_second_up_changes_nothing_of_a_release(from_git: Deployment) -> None:
    assert from_git.up("--expect-no-changes").steps == {}


@pytest.fixture
def config_map(world: World) -> Iterator[str]:
    """Values that an operator keeps in the cluster."""
    name = "echo-server-values"
    values = "replicaCount: 2\nport: 4000\nimage:\n  tag: from-config-map\n"
    metadata = ObjectMeta(name=name, namespace=NAMESPACE)
    world.cluster.create(ConfigMap(metadata=metadata, data={"production.yaml": values}))
    yield name
    world.cluster.delete(ConfigMap, name, namespace=NAMESPACE)


def test_a_private_chart_is_released_with_its_values_and_changes_and_destroy_uninstalls_it(
    world: World, tmp_path: Path, config_map: str
) -> None:
    name = "private-echo-server"
    patch = [{"op": "add", "path": "/metadata/annotations", "value": {"patched-by": "kustomize"}}]
    release = {
        "chart": "echo-server",
        "version": "0.1.x",
        "repository": {"url": f"https://{PRIVATE_CHARTS}", "username": CHARTS_USER},
        "values": {"port": 5000},
        "valuesFrom": [{"kind": "ConfigMap", "name": config_map, "valuesKey": "production.yaml"}],
        "postRenderers": [
            {
                "kustomize": {
                    "patches": [{"target": {"kind": "Deployment"}, "patch": json.dumps(patch)}]
                }
            }
        ],
        "targetNamespace": name,
        "interval": "1h",
    }
    with deployed(world, name, tmp_path) as stack:
        stack.config |= {
            "chartToken": world.state.tokens.charts,
            "applications": [
                {
                    "repository": name,
                    "interval": "1h",
                    "createNamespace": True,
                    "helmRelease": release,
                }
            ],
        }
        push_values(world, name, 1)
        stack.up()
        await_ready(world, HelmRelease, name)
        found = delivered_as(world, name)
        assert found.metadata
        assert found.spec
        assert found.spec.template.spec
        (container,) = found.spec.template.spec.containers
        assert (found.metadata.labels or {})["helm.sh/chart"] == "echo-server-0.1.0"
        assert (found.metadata.annotations or {})["patched-by"] == "kustomize"
        assert found.spec.replicas == 2
        assert container.image == "ghcr.io/developer-friendly/echo-server:from-config-map"
        # The release's own values win over those from elsewhere.
        assert [(each.name, each.value) for each in container.env or []] == [("PORT", "5000")]

        assert sources(world, name) == [("GitRepository", name), ("HelmRepository", name)]
        before = requested(world, HelmRepository, name)
        push_values(world, name, 2)

        def asked() -> None:
            assert requested(world, HelmRepository, name) != before
            assert requested(world, GitRepository, name)

        eventually(asked)
        assert world.state.tokens.charts not in stack.state()
        assert stack.up("--expect-no-changes").steps == {}

        stack.operate("destroy")
        assert not list(world.cluster.list(Namespace, fields={"metadata.name": name}))
        assert not list(world.cluster.list(AppsDeployment, namespace=name))
        kept = [each.metadata for each in world.cluster.list(Secret, namespace=NAMESPACE)]
        assert not [each.name for each in kept if each and name in str(each.name)]
        assert world.parameters(f"/{name}") == {}


def test_a_wrong_chart_token_is_seen_on_the_repository_and_up_still_ends(
    world: World, tmp_path: Path
) -> None:
    name = "denied-echo-server"
    repository = {"url": f"https://{PRIVATE_CHARTS}", "username": CHARTS_USER}
    release = {"chart": "echo-server", "repository": repository, "interval": "1h"}
    with deployed(world, name, tmp_path) as stack:
        stack.config |= {
            "chartToken": "wr" + "ong",
            "applications": [{"repository": name, "helmRelease": release}],
        }
        stack.up()
        await_ready(world, HelmRepository, name, "False", "401 Unauthorized")
