from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

import pytest
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from tests.cluster.conftest import WITHIN, World

Json: TypeAlias = dict[str, object]
Found = TypeVar("Found")

ROUTES = "/apis/gateway.networking.k8s.io/v1/namespaces/flux-system/httproutes"
SERVICES = "/api/v1/namespaces/flux-system/services"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/flux-system/endpointslices"
HOST = "flux.fluxhook.test"
RECEIVER: Json = {"name": "webhook-receiver", "port": 80}
HOOK: Json = {"path": {"type": "Exact", "value": "/hook/abc"}, "method": "POST"}


def apply(world: World, hostname: str = HOST, **rule: object) -> dict[str, tuple[str, str]]:
    """Applies the route `hook`; returns what its conditions say once they are about it."""
    applied = world.api.patch(
        f"{ROUTES}/hook",
        params={"fieldManager": "tests", "force": "true"},
        headers={"Content-Type": "application/apply-patch+yaml"},
        json={
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": "hook"},
            "spec": {
                "parentRefs": [{"name": "public", "namespace": "gateway-system"}],
                "hostnames": [hostname],
                "rules": [{"matches": [HOOK], "backendRefs": [RECEIVER], **rule}],
            },
        },
    )
    generation = applied.raise_for_status().json()["metadata"]["generation"]

    def conditions() -> list[dict[str, str]]:
        status = world.api.get(f"{ROUTES}/hook").json().get("status", {"parents": []})
        return [condition for parent in status["parents"] for condition in parent["conditions"]]

    def current(found: list[dict[str, str]]) -> bool:
        return bool(found) and all(c["observedGeneration"] == generation for c in found)

    return {c["type"]: (c["status"], c["reason"]) for c in until(conditions, current)}


def hook(world: World, method: str = "POST", target: str = "/hook/abc", host: str = HOST) -> int:
    return world.request(method, target, host).status_code


def until(get: Callable[[], Found], wanted: Callable[[Found], bool]) -> Found:
    """Gets until what it got is wanted."""
    return Retrying(
        retry=retry_if_not_result(wanted),
        wait=wait_fixed(0.02),
        stop=stop_after_delay(WITHIN),
    )(get)


def eventually(world: World, status: int) -> None:
    """Waits for what has no status that tells of it."""
    until(lambda: hook(world), lambda got: got == status)


@pytest.fixture(autouse=True)
def no_route(world: World) -> Iterator[None]:
    world.receiver.requests.clear()
    world.events.requests.clear()
    yield
    world.api.delete(f"{ROUTES}/hook")
    eventually(world, 404)


def test_a_host_without_a_route_is_404(world: World) -> None:
    assert hook(world) == hook(world, host="elsewhere.example.org") == 404


def test_a_request_reaches_the_receiver_byte_for_byte(world: World) -> None:
    prefix = {"path": {"type": "PathPrefix", "value": "/hook"}}
    assert apply(world, matches=[prefix]) == {
        "Accepted": ("True", "Accepted"),
        "ResolvedRefs": ("True", "ResolvedRefs"),
    }
    target, body = "/hook/a%2Fb/../c?x=%20+&x=1&&y", bytes(range(256))
    answer = world.request("POST", target, HOST, body, **{"X-Hub-Signature-256": "sha256=0"})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["X-Backend"] == "recorder"
    (got,) = world.receiver.requests
    assert (got.method, got.target, got.body) == ("POST", target, body)
    headers = {name.lower(): value for name, value in got.headers.items()}
    assert headers["host"] == HOST
    assert headers["x-hub-signature-256"] == "sha256=0"
    assert world.events.requests == []


def test_another_path_query_method_or_host_is_404(world: World) -> None:
    apply(world)
    assert hook(world) == hook(world, target="/hook/abc?x=1") == 200
    assert hook(world, target="/hook/abcd") == hook(world, target="/hook/abc/") == 404
    assert hook(world, method="GET") == 404
    assert hook(world, host="other.fluxhook.test") == 404


def test_the_event_server_answers_202_when_a_route_names_its_service(world: World) -> None:
    apply(world, backendRefs=[{"name": "notification-controller", "port": 80}])
    assert hook(world) == 202
    assert [got.target for got in world.events.requests] == ["/hook/abc"]
    assert world.receiver.requests == []


def test_a_service_that_is_not_there_is_told_and_answers_500(world: World) -> None:
    conditions = apply(world, backendRefs=[{"name": "webhook-reciever", "port": 80}])
    assert conditions["ResolvedRefs"] == ("False", "BackendNotFound")
    assert conditions["Accepted"] == ("True", "Accepted")
    assert hook(world) == 500


def test_a_hostname_outside_of_the_listeners_is_told(world: World) -> None:
    conditions = apply(world, hostname="flux.example.org")
    assert conditions["Accepted"] == ("False", "NoMatchingListenerHostname")


def test_a_filter_that_is_not_supported_takes_the_route_away(world: World) -> None:
    redirect = {"type": "RequestRedirect", "requestRedirect": {"hostname": "example.org"}}
    conditions = apply(world, filters=[redirect], backendRefs=[])
    assert conditions["Accepted"] == ("False", "UnsupportedValue")
    assert hook(world) == 404


def test_a_header_filter_changes_the_response(world: World) -> None:
    hsts = {"name": "Strict-Transport-Security", "value": "max-age=31536000"}
    apply(
        world,
        filters=[
            {
                "type": "ResponseHeaderModifier",
                "responseHeaderModifier": {"set": [hsts], "remove": ["X-Backend"]},
            },
        ],
    )
    answer = world.request("POST", "/hook/abc", HOST)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "X-Backend" not in answer.headers


def test_a_changed_route_takes_effect(world: World) -> None:
    apply(world)
    assert hook(world) == 200
    apply(world, matches=[{"path": {"type": "Exact", "value": "/hook/new"}}])
    assert hook(world) == 404
    assert hook(world, target="/hook/new") == 200


@pytest.mark.parametrize("endpoints", [[], [{"addresses": ["down.localhost"]}]])
def test_a_service_without_a_process_that_answers_is_503(
    world: World, endpoints: list[Json]
) -> None:
    metadata: Json = {"name": "down", "labels": {"kubernetes.io/service-name": "down"}}
    objects: dict[str, Json] = {
        SERVICES: {"metadata": metadata, "spec": {"ports": [{"port": 80}]}},
        SLICES: {
            "metadata": metadata,
            "addressType": "FQDN",
            "endpoints": endpoints,
            "ports": [{"name": "", "port": 1}],
        },
    }
    for path, body in objects.items():
        world.api.post(path, json=body).raise_for_status()
    try:
        apply(world, backendRefs=[{"name": "down", "port": 80}])
        eventually(world, 503)
    finally:
        for path in objects:
            world.api.delete(f"{path}/down")


def test_the_log_keeps_a_receivers_path_to_itself(world: World) -> None:
    apply(world)
    hook(world, target="/hook/abc")
    log = world.lab.log("gateway").read_text()
    assert f"POST {HOST} /hook/… 200 flux-system/webhook-receiver:80" in log
    assert "/hook/abc" not in log
