"""Helm without Pulumi in between: chart repositories, source-controller, helm-controller, cluster."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lightkube import ApiError
from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import GenericNamespacedResource, create_namespaced_resource
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Namespace, Secret, Service

from lab import push
from lab.certificates import CHARTS, PRIVATE_CHARTS
from lab.kinds import AlertmanagerConfig, GitRepository, HelmRelease, HelmRepository
from lab.surroundings import CHARTS_USER
from tests.world import World, eventually

FLUX = "flux-system"
MONITORING = "monitoring.coreos.com"
Alertmanager = create_namespaced_resource(MONITORING, "v1", "Alertmanager", "alertmanagers")
CREDENTIALS = "private-charts"


@contextmanager
def made(
    world: World, kind: type[GenericNamespacedResource], name: str, spec: dict[str, Any]
) -> Iterator[None]:
    """An object of Flux; in the end it has left the cluster, finalizer and all."""
    world.cluster.create(kind(metadata=ObjectMeta(name=name, namespace=FLUX), spec=spec))
    try:
        yield
    finally:
        delete(world, kind, name, FLUX)


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


@pytest.fixture
def namespace(world: World) -> Iterator[str]:
    """A name for the namespace that a release makes, which Helm leaves behind."""
    name = f"helm-{uuid.uuid4().hex[:8]}"
    yield name
    for each in world.cluster.list(Namespace, fields={"metadata.name": name}):
        assert each.metadata
        world.cluster.delete(Namespace, str(each.metadata.name))


@pytest.fixture
def repository(world: World) -> Iterator[str]:
    """A GitRepository of a pushed example, with a deploy key of its own."""
    name = "charted"
    full_name = push.full_name(name)
    world.make_repository(name)
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    body = {"title": "tests", "key": public.decode(), "read_only": True}
    world.github.post(f"/repos/{full_name}/keys", json=body).raise_for_status()
    with push.connect(world.state) as github:
        push.commit(github, full_name, "The example", push.example("echo-server"))
    hosts = world.github.get("/meta").json()["ssh_keys"]
    identity = {
        "identity": private.decode(),
        "known_hosts": "".join(f"github.com {each}\n" for each in hosts),
    }
    secret = Secret(metadata=ObjectMeta(name=name, namespace=FLUX), stringData=identity)
    world.cluster.create(secret)
    spec = {
        "url": f"ssh://git@github.com/{full_name}",
        "ref": {"branch": "main"},
        "secretRef": {"name": name},
        "interval": "1h",
    }
    with made(world, GitRepository, name, spec):
        yield name
    world.cluster.delete(Secret, name, namespace=FLUX)
    world.github.delete(f"/repos/{full_name}").raise_for_status()


@contextmanager
def private(world: World, password: str | None) -> Iterator[str]:
    """The private HelmRepository, with a Secret if there is a password for it."""
    spec: dict[str, Any] = {"url": f"https://{PRIVATE_CHARTS}", "interval": "1h"}
    with ExitStack() as stack:
        if password is not None:
            spec["secretRef"] = {"name": CREDENTIALS}
            secret = Secret(
                metadata=ObjectMeta(name=CREDENTIALS, namespace=FLUX),
                stringData={"username": CHARTS_USER, "password": password},
            )
            world.cluster.create(secret)
            stack.callback(world.cluster.delete, Secret, CREDENTIALS, namespace=FLUX)
        stack.enter_context(made(world, HelmRepository, CREDENTIALS, spec))
        yield CREDENTIALS


def chart_label(world: World, namespace: str) -> str:
    found = world.cluster.get(Deployment, "echo-server", namespace=namespace)
    assert found.metadata
    assert found.metadata.labels
    return str(found.metadata.labels["helm.sh/chart"])


def test_a_release_of_the_chart_in_git_runs_with_its_values_and_leaves_nothing(
    world: World, repository: str, namespace: str
) -> None:
    spec = release("GitRepository", repository, "./charts/echo-server", namespace)
    image = {"repository": "ghcr.io/developer-friendly/other", "tag": "7"}
    spec["values"] = {"replicaCount": 3, "image": image, "port": 4000}
    with made(world, HelmRelease, repository, spec):
        await_ready(world, HelmRelease, repository)
        deployment = world.cluster.get(Deployment, "echo-server", namespace=namespace)
        assert deployment.spec
        assert deployment.spec.template.spec
        (container,) = deployment.spec.template.spec.containers
        assert deployment.spec.replicas == 3
        assert container.image == "ghcr.io/developer-friendly/other:7"
        assert container.env
        assert [(each.name, each.value) for each in container.env] == [("PORT", "4000")]
        # Ready means that the pods are: Helm has waited for them.
        assert deployment.status
        assert deployment.status.availableReplicas == 3
        service = world.cluster.get(Service, "echo-server", namespace=namespace)
        assert service.spec
        assert service.spec.selector == deployment.spec.selector.matchLabels

    assert not list(world.cluster.list(Deployment, namespace=namespace))


def test_the_newest_private_chart_in_a_range_is_installed_with_the_password(
    world: World, namespace: str
) -> None:
    with private(world, world.state.tokens.charts) as name:
        spec = release("HelmRepository", name, "echo-server", namespace, version="0.x")
        with made(world, HelmRelease, name, spec):
            await_ready(world, HelmRelease, name)
            assert chart_label(world, namespace) == "echo-server-0.2.0"


def test_an_older_private_chart_can_be_asked_for(world: World, namespace: str) -> None:
    with private(world, world.state.tokens.charts) as name:
        spec = release("HelmRepository", name, "echo-server", namespace, version="0.1.0")
        with made(world, HelmRelease, name, spec):
            await_ready(world, HelmRelease, name)
            assert chart_label(world, namespace) == "echo-server-0.1.0"


@pytest.mark.parametrize("password", [None, "wrong"])
def test_the_private_repository_is_not_ready_without_its_password(
    world: World, password: str | None
) -> None:
    with private(world, password) as name:
        await_ready(world, HelmRepository, name, "False", "401 Unauthorized")


@pytest.fixture
def monitoring(world: World, namespace: str) -> Iterator[str]:
    """The namespace of an installed kube-prometheus-stack; the definitions leave with it."""
    name = "kube-prometheus-stack"
    spec = release("HelmRepository", name, name, namespace, version="58.x")
    spec["install"]["crds"] = "Create"
    strategy = {"alertmanagerConfigMatcherStrategy": {"type": "None"}}
    spec["values"] = {"alertmanager": {"alertmanagerSpec": strategy}}
    url = f"https://{CHARTS}/helm-charts"
    with made(world, HelmRepository, name, {"url": url, "interval": "1h"}):
        try:
            with made(world, HelmRelease, name, spec):
                await_ready(world, HelmRelease, name)
                yield namespace
        finally:
            # Helm never deletes what was in crds/.
            for definition in definitions(world):
                world.cluster.delete(CustomResourceDefinition, definition)
            eventually(lambda: _none(definitions(world)))


def _none(found: list[str]) -> None:
    assert not found


def definitions(world: World) -> list[str]:
    """Names of the definitions that came with the monitoring chart."""
    return [
        str(each.metadata.name)
        for each in world.cluster.list(CustomResourceDefinition)
        if each.metadata and each.spec.group == MONITORING
    ]


def alertmanager_config(namespace: str, **receiver: object) -> GenericNamespacedResource:
    return AlertmanagerConfig(
        metadata=ObjectMeta(name="alerts", namespace=namespace),
        spec={"route": {"receiver": "slack"}, "receivers": [{"name": "slack", **receiver}]},
    )


def test_the_monitoring_chart_brings_the_operators_definitions_and_gets_its_values(
    world: World, monitoring: str
) -> None:
    name = "kube-prometheus-stack-alertmanager"
    assert len(definitions(world)) == 10
    found: Any = world.cluster.get(Alertmanager, name, namespace=monitoring)
    assert found.spec["alertmanagerConfigMatcherStrategy"] == {"type": "None"}
    # What the definition adds, so it is the operator's.
    assert found.spec["retention"] == "120h"


def test_with_the_monitoring_chart_the_cluster_takes_only_valid_alertmanager_configs(
    world: World, monitoring: str
) -> None:
    webhook = {"name": "alertmanager-webhooks", "key": "slack"}
    slack = [{"channel": "#alerts", "apiURL": webhook, "sendResolved": True}]
    with pytest.raises(ApiError, match=r"spec\.receivers\[0\]\.slackConfigs"):
        world.cluster.create(alertmanager_config(monitoring, slackConfigs="#alerts"))
    world.cluster.create(alertmanager_config(monitoring, slackConfigs=slack))
    assert world.cluster.get(AlertmanagerConfig, "alerts", namespace=monitoring)
