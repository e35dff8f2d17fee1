"""The four ways from GitHub to Flux: each brings a signed delivery to the real receiver."""

import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from lightkube.codecs import from_dict
from lightkube.resources.core_v1 import Service
from lightkube.resources.networking_v1 import Ingress

from lab.world.kinds import Receiver
from lab.world.surroundings import REPOSITORY
from tests.world import World, eventually

NAMESPACE = "flux-system"
HOST = "exposed.fluxhook.test"
BACKEND = {"name": "webhook-receiver", "port": 80}


@contextmanager
def created(world: World, api_version: str, kind: str, **fields: object) -> Iterator[str]:
    """An object as long as the context is open; yields its name."""
    name = f"exposed-{uuid.uuid4().hex[:8]}"
    metadata = {"name": name, "namespace": NAMESPACE}
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}
    resource: Any = from_dict(manifest)
    world.cluster.create(resource)
    try:
        yield name
    finally:
        world.cluster.delete(type(resource), name, namespace=NAMESPACE)


@contextmanager
def by_gateway(world: World, path: str) -> Iterator[str]:
    spec = {
        "parentRefs": [{"name": "public", "namespace": "gateway-system"}],
        "hostnames": [HOST],
        "rules": [
            {
                "matches": [{"path": {"type": "Exact", "value": path}}],
                "backendRefs": [BACKEND],
            }
        ],
    }
    with created(world, "gateway.networking.k8s.io/v1", "HTTPRoute", spec=spec):
        yield f"https://{HOST}"


@contextmanager
def by_ingress(world: World, path: str) -> Iterator[str]:
    backend = {"service": {"name": "webhook-receiver", "port": {"number": 80}}}
    paths = [{"path": path, "pathType": "Exact", "backend": backend}]
    spec = {"ingressClassName": "lab", "rules": [{"host": HOST, "http": {"paths": paths}}]}
    with created(world, "networking.k8s.io/v1", "Ingress", spec=spec) as name:
        assert eventually(address, world, Ingress, name) == "ingress.fluxhook.test"
        yield f"https://{HOST}"


@contextmanager
def by_node_port(world: World, path: str) -> Iterator[str]:
    with exposed(world, "NodePort") as name:
        found = world.cluster.get(Service, name, namespace=NAMESPACE)
        assert found.spec and found.spec.ports
        yield f"http://node.fluxhook.test:{found.spec.ports[0].nodePort}"


@contextmanager
def by_load_balancer(world: World, path: str) -> Iterator[str]:
    with exposed(world, "LoadBalancer") as name:
        yield f"http://{eventually(address, world, Service, name)}"


@contextmanager
def exposed(world: World, type_: str) -> Iterator[str]:
    """A Service of a type that leads to the receiver."""
    spec = {
        "type": type_,
        "selector": {"app": "notification-controller"},
        "ports": [{"port": 80, "targetPort": "http-webhook"}],
    }
    with created(world, "v1", "Service", spec=spec) as name:
        yield name


def address(world: World, kind: type[Ingress | Service], name: str) -> str:
    """The first address in the status of an object."""
    found = world.cluster.get(kind, name, namespace=NAMESPACE)
    assert found.status and found.status.loadBalancer and found.status.loadBalancer.ingress
    return str(found.status.loadBalancer.ingress[0].hostname)


@contextmanager
def receiver(world: World, token: str) -> Iterator[str]:
    """A Receiver of GitHub's events; yields its path."""
    with created(world, "v1", "Secret", stringData={"token": token}) as secret:
        spec = {
            "type": "github",
            "events": ["ping"],
            "secretRef": {"name": secret},
            "resources": [
                {"kind": "GitRepository", "name": "*", "matchLabels": {"exposed": "none"}}
            ],
        }
        with created(world, "notification.toolkit.fluxcd.io/v1", "Receiver", spec=spec) as name:

            def path() -> str:
                return str(world.status(Receiver, name)["webhookPath"])

            yield eventually(path)


Way = Callable[[World, str], AbstractContextManager[str]]


@pytest.mark.parametrize("way", [by_gateway, by_ingress, by_node_port, by_load_balancer])
def test_a_signed_ping_of_github_is_answered_by_flux(world: World, way: Way) -> None:
    token = secrets.token_hex()
    with receiver(world, token) as path, way(world, path) as url:

        def refused() -> None:
            assert world.post(url + path).status_code in {400, 401}

        eventually(refused)
        hooks = f"/repos/{REPOSITORY}/hooks"
        config = {"url": url + path, "content_type": "json", "secret": token}
        made = world.github.post(hooks, json={"config": config, "events": ["push"]})
        hook = f"{hooks}/{made.raise_for_status().json()['id']}"

        def delivered() -> dict[str, object]:
            (ping,) = world.get(f"{hook}/deliveries")
            return ping

        try:
            ping = eventually(delivered)
            assert (ping["event"], ping["status_code"]) == ("ping", 200)
        finally:
            world.github.delete(hook).raise_for_status()
