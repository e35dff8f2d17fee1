"""Helm without Pulumi in between: chart repositories, source-controller, helm-controller, cluster."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Secret, Service

from lab.world import push
from lab.world.certificates import PRIVATE_CHARTS
from lab.world.kinds import GitRepository, HelmRelease, HelmRepository
from lab.world.surroundings import CHARTS_USER
from tests.lab.conftest import NAMESPACE
from tests.lab.delivery.helm import await_ready, flux_object, release
from tests.world import World

CREDENTIALS = "private-charts"


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
    secret = Secret(metadata=ObjectMeta(name=name, namespace=NAMESPACE), stringData=identity)
    world.cluster.create(secret)
    spec = {
        "url": f"ssh://git@github.com/{full_name}",
        "ref": {"branch": "main"},
        "secretRef": {"name": name},
        "interval": "1h",
    }
    with flux_object(world, GitRepository, name, spec):
        yield name
    world.cluster.delete(Secret, name, namespace=NAMESPACE)
    world.github.delete(f"/repos/{full_name}").raise_for_status()


@contextmanager
def private(world: World, password: str | None) -> Iterator[str]:
    """The private HelmRepository, with a Secret if there is a password for it."""
    spec: dict[str, Any] = {"url": f"https://{PRIVATE_CHARTS}", "interval": "1h"}
    with ExitStack() as stack:
        if password is not None:
            spec["secretRef"] = {"name": CREDENTIALS}
            secret = Secret(
                metadata=ObjectMeta(name=CREDENTIALS, namespace=NAMESPACE),
                stringData={"username": CHARTS_USER, "password": password},
            )
            world.cluster.create(secret)
            stack.callback(world.cluster.delete, Secret, CREDENTIALS, namespace=NAMESPACE)
        stack.enter_context(flux_object(world, HelmRepository, CREDENTIALS, spec))
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
    with flux_object(world, HelmRelease, repository, spec):
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
        with flux_object(world, HelmRelease, name, spec):
            await_ready(world, HelmRelease, name)
            assert chart_label(world, namespace) == "echo-server-0.2.0"


def test_an_older_private_chart_can_be_asked_for(world: World, namespace: str) -> None:
    with private(world, world.state.tokens.charts) as name:
        spec = release("HelmRepository", name, "echo-server", namespace, version="0.1.0")
        with flux_object(world, HelmRelease, name, spec):
            await_ready(world, HelmRelease, name)
            assert chart_label(world, namespace) == "echo-server-0.1.0"


@pytest.mark.parametrize("password", [None, "wrong"])
def test_the_private_repository_is_not_ready_without_its_password(
    world: World, password: str | None
) -> None:
    with private(world, password) as name:
        await_ready(world, HelmRepository, name, "False", "401 Unauthorized")
