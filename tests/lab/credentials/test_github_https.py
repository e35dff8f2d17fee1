"""Flux with GitHub over HTTPS: sources by a GitHub App, and commit statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube.generic_resource import GenericNamespacedResource, create_namespaced_resource
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Secret

from lab.world import push
from lab.world.kinds import GitRepository, Kustomization
from lab.world.surroundings import APP_ID, INSTALLATION_ID, ORGANISATION
from tests.lab.conftest import NAMESPACE
from tests.world import World, eventually

NOTIFICATION = "notification.toolkit.fluxcd.io"
Provider = create_namespaced_resource(NOTIFICATION, "v1beta3", "Provider", "providers")
Alert = create_namespaced_resource(NOTIFICATION, "v1beta3", "Alert", "alerts")
MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: of-a-private-repository, namespace: flux-system}
"""


def private_repository(world: World, name: str) -> str:
    """A private repository with one commit; the commit's id."""
    body = {"name": name, "private": True}
    world.github.post(f"/orgs/{ORGANISATION}/repos", json=body).raise_for_status()
    with push.connect(world.state) as github:
        return push.commit(github, f"{ORGANISATION}/{name}", "One", {"a.yaml": MANIFEST})


@contextmanager
def secret(world: World, name: str, **values: str) -> Iterator[None]:
    metadata = ObjectMeta(name=name, namespace=NAMESPACE)
    world.cluster.create(Secret(metadata=metadata, stringData=values))
    yield
    world.cluster.delete(Secret, name, namespace=NAMESPACE)


@contextmanager
def made(
    world: World, kind: type[GenericNamespacedResource], name: str, **spec: Any
) -> Iterator[None]:
    metadata = ObjectMeta(name=name, namespace=NAMESPACE)
    world.cluster.create(kind(metadata=metadata, spec=spec))
    yield
    world.cluster.delete(kind, name, namespace=NAMESPACE)


def source(name: str, **more: Any) -> dict[str, Any]:
    return {
        "url": f"https://github.com/{ORGANISATION}/{name}",
        "interval": "1h",
        "ref": {"branch": "main"},
        **more,
    }


def app_secret(world: World, name: str) -> Any:
    return secret(
        world,
        name,
        githubAppID=str(APP_ID),
        githubAppInstallationID=str(INSTALLATION_ID),
        githubAppPrivateKey=world.directory.github_app_key.read_text(),
    )


def ready(world: World, name: str) -> dict[str, Any]:
    """The Ready condition of a source."""
    conditions = world.status(GitRepository, name).get("conditions", [])
    return next((each for each in conditions if each["type"] == "Ready"), {})


def test_a_source_of_a_private_repository_is_ready_with_a_github_app(world: World) -> None:
    name = "by-app"
    sha = private_repository(world, name)
    spec = source(name, provider="github", secretRef={"name": name})
    with app_secret(world, name), made(world, GitRepository, name, **spec):

        def fetched() -> None:
            status = world.status(GitRepository, name)
            assert ready(world, name).get("status") == "True", ready(world, name)
            # The controller may write the artifact and the condition one after the other.
            assert sha in status.get("artifact", {}).get("revision", ""), status

        eventually(fetched)


def test_a_source_of_a_private_repository_without_credentials_is_refused(world: World) -> None:
    name = "by-nobody"
    private_repository(world, name)
    with made(world, GitRepository, name, **source(name)):

        def refused() -> None:
            assert "authentication required" in ready(world, name).get("message", "")

        eventually(refused)


def test_flux_says_on_the_commit_what_came_of_it(world: World) -> None:
    name = "with-status"
    sha = private_repository(world, name)
    address = f"https://github.com/{ORGANISATION}/{name}"
    provider = {"type": "github", "address": address, "secretRef": {"name": f"{name}-token"}}
    alert = {
        "providerRef": {"name": name},
        "eventSeverity": "info",
        # Of a source's own events no commit status is made.
        "eventSources": [{"kind": "Kustomization", "name": name}],
    }
    applied = {
        "sourceRef": {"kind": "GitRepository", "name": name},
        "path": "./",
        "prune": True,
        "interval": "1h",
    }
    spec = source(name, provider="github", secretRef={"name": name})
    with (
        secret(world, f"{name}-token", token=world.state.tokens.statuses),
        app_secret(world, name),
        made(world, Provider, name, **provider),
        made(world, Alert, name, **alert),
        made(world, GitRepository, name, **spec),
        made(world, Kustomization, name, **applied),
    ):

        def told() -> None:
            path = f"/repos/{ORGANISATION}/{name}/commits/{sha}/status"
            combined = world.github.get(path).raise_for_status().json()
            assert [each["state"] for each in combined["statuses"]] == ["success"]

        eventually(told)
