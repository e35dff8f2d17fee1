"""The other ways into the cluster: Ingresses, node ports and load balancers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

import pytest

from tests.cluster.conftest import World
from tests.cluster.test_gateway import SERVICES, SLICES, until

Apply: TypeAlias = Callable[..., str]

INGRESSES = "/apis/networking.k8s.io/v1/namespaces/flux-system/ingresses"
HOST = "flux.fluxhook.test"
SELECTOR = {"app": "notification-controller"}
HOOK = {"name": "http", "port": 80, "targetPort": "http-webhook"}
RECEIVER = {"service": {"name": "webhook-receiver", "port": {"number": 80}}}


@contextmanager
def applied(world: World, kind: str, collection: str, name: str, spec: object) -> Iterator[str]:
    """An object as long as the context is open; yields its path."""
    version = "v1" if kind == "Service" else "networking.k8s.io/v1"
    path = f"{collection}/{name}"
    world.api.patch(
        path,
        params={"fieldManager": "tests", "force": "true"},
        headers={"Content-Type": "application/apply-patch+yaml"},
        json={"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec},
    ).raise_for_status()
    try:
        yield path
    finally:
        world.api.delete(path)
        until(lambda: world.api.get(path).status_code, lambda code: code == 404)


@pytest.fixture
def service(world: World) -> Iterator[Apply]:
    """Applies Services that select notification-controller; returns their paths."""
    with ExitStack() as stack:

        def apply(name: str, type_: str, port: dict[str, object], **spec: object) -> str:
            spec = {"type": type_, "selector": SELECTOR, "ports": [port], **spec}
            return stack.enter_context(applied(world, "Service", SERVICES, name, spec))

        yield apply


@pytest.fixture
def ingress(world: World) -> Iterator[Apply]:
    """Applies Ingresses of one rule; returns their paths."""
    with ExitStack() as stack:

        def apply(name: str, host: str = HOST, class_: str = "lab", **paths: str) -> str:
            listed = [
                {"path": path, "pathType": type_, "backend": RECEIVER}
                for type_, path in (paths or {"Exact": "/hook/abc"}).items()
            ]
            spec = {
                "ingressClassName": class_,
                "rules": [{"host": host, "http": {"paths": listed}}],
            }
            return stack.enter_context(applied(world, "Ingress", INGRESSES, name, spec))

        yield apply


def address(world: World, path: str) -> str:
    """The hostname in the status of an object, empty when it has none."""
    status: dict[str, Any] = world.api.get(path).json()["status"]
    (found,) = status["loadBalancer"].get("ingress", [{"hostname": ""}])
    return str(found["hostname"])


def addressed(world: World, path: str) -> str:
    """The hostname in the status of an object, once it has one."""
    return until(lambda: address(world, path), bool)


def posted(world: World, target: str, host: str = HOST) -> int:
    return world.request("POST", target, host).status_code


def test_an_ingress_is_served_where_its_host_and_its_exact_path_are_asked_for(
    world: World, ingress: Apply
) -> None:
    assert addressed(world, ingress("hook")) == "ingress.fluxhook.test"
    assert posted(world, "/hook/abc") == posted(world, "/hook/abc?x=1") == 200
    assert posted(world, "/hook/abc/") == posted(world, "/hook/abcd") == posted(world, "/") == 404
    assert posted(world, "/hook/abc", "other.fluxhook.test") == 404


def test_a_prefix_goes_by_elements_and_leaves_the_request_uri_alone(
    world: World, ingress: Apply
) -> None:
    addressed(world, ingress("hook", Prefix="/hook/"))
    world.receiver.requests.clear()
    targets = ["/hook", "/hook/", "/hook/a%2Fb/../c?x=%20+&&y"]
    assert [posted(world, target) for target in targets] == [200] * 3
    assert [got.target for got in world.receiver.requests] == targets
    assert posted(world, "/hooks") == 404


def test_a_wildcard_of_an_ingress_is_one_label(world: World, ingress: Apply) -> None:
    addressed(world, ingress("hook", host="*.fluxhook.test"))
    assert posted(world, "/hook/abc", "a.fluxhook.test") == 200
    assert posted(world, "/hook/abc", "a.b.fluxhook.test") == 404


def test_the_ingresses_of_one_host_are_served_together(world: World, ingress: Apply) -> None:
    for name in ("one", "two"):
        addressed(world, ingress(name, Exact=f"/hook/{name}"))
    assert posted(world, "/hook/one") == posted(world, "/hook/two") == 200


def test_an_ingress_of_another_class_is_left_alone(world: World, ingress: Apply) -> None:
    other = ingress("other", host="other.fluxhook.test", class_="nginx")
    addressed(world, ingress("hook"))
    assert address(world, other) == ""
    assert posted(world, "/hook/abc", "other.fluxhook.test") == 404


def test_a_changed_ingress_is_followed_and_a_deleted_one_is_served_no_longer(
    world: World, ingress: Apply
) -> None:
    path = ingress("hook")
    addressed(world, path)
    ingress("hook", Exact="/hook/new")
    until(lambda: posted(world, "/hook/new"), lambda code: code == 200)
    assert posted(world, "/hook/abc") == 404
    world.api.delete(path).raise_for_status()
    until(lambda: posted(world, "/hook/new"), lambda code: code == 404)


def test_a_load_balancer_gets_its_address_later_and_forwards(world: World, service: Apply) -> None:
    path = service("external", "LoadBalancer", {**HOOK, "port": 8080})
    hostname = addressed(world, path)
    metadata = world.api.get(path).json()["metadata"]
    written = {each.get("subresource"): each["time"] for each in metadata["managedFields"]}
    assert written["status"] > metadata["creationTimestamp"]
    assert hostname.endswith(".lb.fluxhook.test")
    world.receiver.requests.clear()
    target = "/hook/a%2Fb/../c?x=%20+&&y"
    assert world.plain(target, f"{hostname}:8080") == 200
    got = world.receiver.requests[-1]
    assert (got.target, got.headers["host"]) == (target, f"{hostname}:8080")
    assert world.plain("/hook/abc", hostname) == 503
    world.api.delete(path).raise_for_status()
    until(lambda: world.plain(target, f"{hostname}:8080"), lambda code: code == 503)


def test_a_load_balancer_that_becomes_a_node_port_has_no_address_any_more(
    world: World, service: Apply
) -> None:
    hostname = addressed(world, service("external", "LoadBalancer", HOOK))
    assert world.plain("/hook/abc", hostname) == 200
    assert address(world, service("external", "NodePort", HOOK)) == ""
    until(lambda: world.plain("/hook/abc", hostname), lambda code: code == 503)


@pytest.mark.parametrize("type_", ["NodePort", "LoadBalancer"])
def test_every_node_forwards_a_node_port(world: World, service: Apply, type_: str) -> None:
    service("external", type_, {**HOOK, "nodePort": 31234})
    until(lambda: world.plain("/hook/abc", "node.fluxhook.test:31234"), lambda code: code == 200)
    assert world.plain("/hook/abc", "another.fluxhook.test:31234") == 200
    assert world.plain("/hook/abc", "node.fluxhook.test:31235") == 503
    assert world.plain("/hook/abc", "node.fluxhook.test") == 503


def test_a_node_port_leads_to_the_container_port_that_it_names(
    world: World, service: Apply
) -> None:
    service("external", "NodePort", {**HOOK, "targetPort": "http", "nodePort": 31234})
    until(lambda: world.plain("/", "node.fluxhook.test:31234"), lambda code: code == 202)


def test_a_service_of_the_cluster_alone_is_not_reached_from_outside(world: World) -> None:
    assert world.plain("/hook/abc", "webhook-receiver.flux-system.svc") == 503


def endpoints(world: World, name: str) -> list[dict[str, Any]]:
    """The EndpointSlices of a Service."""
    selector = {"labelSelector": f"kubernetes.io/service-name={name}"}
    found: list[dict[str, Any]] = world.api.get(SLICES, params=selector).json()["items"]
    return found


def test_the_endpoints_follow_a_service_and_go_with_it(world: World, service: Apply) -> None:
    path = service("external", "ClusterIP", HOOK)
    (slice_,) = until(lambda: endpoints(world, "external"), bool)
    (owner,) = slice_["metadata"]["ownerReferences"]
    assert owner["uid"] == world.api.get(path).json()["metadata"]["uid"]
    assert slice_["ports"] == [{"name": "http", "port": world.receiver.port, "protocol": "TCP"}]

    service("external", "ClusterIP", {**HOOK, "targetPort": "http"})
    events = [{"name": "http", "port": world.events.port, "protocol": "TCP"}]
    until(lambda: endpoints(world, "external")[0]["ports"], lambda ports: ports == events)

    world.api.delete(path).raise_for_status()
    until(lambda: endpoints(world, "external"), lambda found: not found)


def test_a_load_balancer_of_another_class_gets_no_address(world: World, service: Apply) -> None:
    other = service("other", "LoadBalancer", HOOK, loadBalancerClass="example.org/none")
    addressed(world, service("external", "LoadBalancer", HOOK))
    assert address(world, other) == ""


def test_a_service_that_selects_other_pods_has_no_endpoints(world: World, service: Apply) -> None:
    service("other", "ClusterIP", HOOK, selector={"app": "source-controller"})
    service("external", "ClusterIP", HOOK)
    until(lambda: endpoints(world, "external"), bool)
    assert endpoints(world, "other") == []
