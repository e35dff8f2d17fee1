"""The ways in: the URL that GitHub gets, the resources that serve it, and the settings that are refused."""

from collections.abc import Mapping
from typing import Any

import pulumi.runtime
import pytest

from components.rules import flux
from tests.unit.conftest import CONFIG, GATEWAY, TOKEN, Engine, owned, revealed, without_proof
from tests.unit.examples import faults

PATH = flux.receiver_path(TOKEN, "echo-server", "flux-system")
INGRESS: dict[str, object] = {"gateway": None, "ingress": {"className": "nginx"}}
NODE_PORT: dict[str, object] = {"gateway": None, "nodePort": {}}
BALANCER: dict[str, object] = {"gateway": None, "host": None, "loadBalancer": {}}
TWO = [{"repository": "echo-server"}, {"repository": "shop"}]


class Cloud(Engine):
    """An engine whose load balancers have an address."""

    def __init__(self, address: Mapping[str, str]) -> None:
        super().__init__()
        self.address = dict(address)

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, object]]:
        name, outputs = super().new_resource(args)
        if args.typ == "kubernetes:core/v1:Service":
            outputs["status"] = {"loadBalancer": {"ingress": [self.address]}}
        return name, outputs


def url(engine: Engine) -> object:
    return revealed(engine.one("RepositoryWebhook").inputs["configuration"])["url"]  # type: ignore[index]


@pytest.mark.usefixtures("engine")
def test_the_url_follows_the_way_in_and_what_the_stack_says_of_it() -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({}, "https://flux.example.com"),
        ({"port": 8443}, "https://flux.example.com:8443"),
        ({"port": 443}, "https://flux.example.com"),
        ({"scheme": "http", "verifyTls": False}, "http://flux.example.com"),
        (INGRESS, "https://flux.example.com"),
        # Pulumi.yaml gives every key that a stack leaves out as null.
        (INGRESS | {"gateway": "null"}, "https://flux.example.com"),
        (INGRESS | {"scheme": "http", "verifyTls": False}, "http://flux.example.com"),
        (NODE_PORT, "http://flux.example.com:31234"),
        (NODE_PORT | {"nodePort": {"port": 32000}}, "http://flux.example.com:32000"),
        (NODE_PORT | {"scheme": "https", "port": 443}, "https://flux.example.com"),
        (NODE_PORT | {"scheme": "http"}, "http://flux.example.com:31234"),
        (BALANCER, "http://lb.example.net"),
        (BALANCER | {"loadBalancer": {"port": 8080}}, "http://lb.example.net:8080"),
        (
            BALANCER
            | {"loadBalancer": {"port": 443}, "scheme": "https", "host": "flux.example.com"},
            "https://flux.example.com",
        ),
    ]
    for changes, base in cases:
        fresh = Cloud({"hostname": "lb.example.net"})
        fresh.up(**changes)
        assert url(fresh) == base + PATH, changes


def test_a_load_balancer_without_a_name_is_reached_by_its_address(engine: Engine) -> None:
    cloud = Cloud({"ip": "192.0.2.7"})
    cloud.up(**BALANCER)
    assert url(cloud) == f"http://192.0.2.7{PATH}"


def test_an_ingress_takes_the_exact_path_to_the_webhook_receiver(engine: Engine) -> None:
    annotations = {"cert-manager.io/cluster-issuer": "letsencrypt"}
    settings = {"className": "nginx", "tlsSecretName": "flux-tls", "annotations": annotations}
    engine.up(**INGRESS | {"ingress": settings})
    inputs = engine.one("Ingress").inputs
    metadata, spec = revealed(inputs["metadata"]), revealed(inputs["spec"])
    assert metadata == {
        "name": "echo-server-receiver",
        "namespace": "flux-system",
        "annotations": annotations
        # Of an Ingress that it waits for, the plugin prints the path.
        | {"pulumi.com/skipAwait": "true"}
        | owned("developer-friendly/echo-server"),
    }
    backend = {"service": {"name": "webhook-receiver", "port": {"number": 80}}}
    path = {"path": PATH, "pathType": "Exact", "backend": backend}
    assert spec == {
        "ingressClassName": "nginx",
        "rules": [{"host": "flux.example.com", "http": {"paths": [path]}}],
        "tls": [{"hosts": ["flux.example.com"], "secretName": "flux-tls"}],
    }
    assert not engine.of("HTTPRoute")


def test_each_application_has_an_ingress_of_its_own(engine: Engine) -> None:
    engine.up(**INGRESS, applications=TWO)
    names = [revealed(each.inputs["metadata"])["name"] for each in engine.of("Ingress")]  # type: ignore[index]
    assert sorted(names) == ["echo-server-receiver", "shop-receiver"]
    assert "tls" not in revealed(engine.of("Ingress")[0].inputs["spec"])  # type: ignore[operator]


def test_one_service_on_the_nodes_serves_every_application(engine: Engine) -> None:
    engine.up(**NODE_PORT, applications=TWO)
    inputs = engine.one("Service").inputs
    assert inputs["metadata"] == {
        "name": "webhook-receiver-external",
        "namespace": "flux-system",
        "annotations": {"pulumi.com/skipAwait": "true"} | owned("cluster"),
    }
    port = {"name": "http-80", "protocol": "TCP", "port": 80, "targetPort": "http-webhook"}
    assert inputs["spec"] == {
        "type": "NodePort",
        "selector": {"app": "notification-controller"},
        "ports": [{**port, "nodePort": 31234}],
    }
    assert len(engine.of("RepositoryWebhook")) == 2
    assert not engine.of("HTTPRoute")


def test_one_load_balancer_serves_every_application(engine: Engine) -> None:
    cloud = Cloud({"hostname": "lb.example.net"})
    annotations = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
    settings = {"name": "hooks", "port": 8080, "annotations": annotations}
    cloud.up(**{**BALANCER, "loadBalancer": settings, "applications": TWO})
    inputs = cloud.one("Service").inputs
    metadata = inputs["metadata"]
    assert (metadata["name"], metadata["namespace"]) == ("hooks", "flux-system")
    assert without_proof(metadata["annotations"]) == annotations | {
        "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}"
    } | owned("cluster")
    port = {"name": "http-8080", "protocol": "TCP", "port": 8080, "targetPort": "http-webhook"}
    assert inputs["spec"] == {
        "type": "LoadBalancer",
        "selector": {"app": "notification-controller"},
        "ports": [port],
    }
    assert len(cloud.of("RepositoryWebhook")) == 2


def test_the_wait_for_a_load_balancer_tells_its_ports_apart(engine: Engine) -> None:
    waits = set()
    for port in (80, 8080):
        cloud = Cloud({"hostname": "lb.example.net"})
        cloud.up(**{**BALANCER, "loadBalancer": {"port": port}})
        metadata: Any = cloud.one("Service").inputs["metadata"]
        waits.add(metadata["annotations"]["pulumi.com/waitFor"])
    assert len(waits) == 2, "a Service has no generation by which an older one is known"


def test_the_environment_of_a_pull_request_uses_the_service_that_is_there(engine: Engine) -> None:
    engine.up(**NODE_PORT, ephemeral={"name": "pr-7", "branch": "feature"})
    assert not engine.of("Service")
    assert str(url(engine)).startswith("http://flux.example.com:31234/hook/")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"gateway": None},
            "fluxhook:gateway: is missing; write exactly one of gateway, ingress, nodePort and loadBalancer",
        ),
        (
            {"gateway": GATEWAY, "nodePort": {}},
            "fluxhook:gateway: stands beside nodePort; write exactly one of",
        ),
        (
            {**BALANCER, "ingress": {"className": "nginx"}, "host": "flux.example.com"},
            "fluxhook:ingress: stands beside loadBalancer; write exactly one of",
        ),
        ({"host": None}, "fluxhook:host: is missing; write the public DNS name"),
        ({**INGRESS, "host": None}, "fluxhook:host: is missing; write the public DNS name"),
        ({**NODE_PORT, "host": None}, "fluxhook:host: is missing; write the public DNS name"),
        (
            {**BALANCER, "ephemeral": {"name": "pr-7", "branch": "feature"}},
            "fluxhook:host: is missing; write the public DNS name",
        ),
        ({"scheme": "http"}, "fluxhook:scheme: must be https while verifyTls is true"),
        ({**INGRESS, "scheme": "http"}, "fluxhook:scheme: must be https while verifyTls is true"),
        ({"scheme": "ftp"}, "fluxhook:scheme: is not known; write https or http"),
        ({"port": 70000}, "fluxhook:port: is too large; the most is 65535"),
        ({"gateway": {"name": "public"}}, "fluxhook:gateway.namespace: is missing"),
        ({"gateway": None, "ingress": {"tls": "x"}}, "fluxhook:ingress.className: is missing"),
        (
            {"gateway": None, "ingress": {"class": "nginx"}},
            "fluxhook:ingress.class: is not a known key; did you mean `className`?",
        ),
        (
            {"gateway": None, "nodePort": {"port": 0}},
            "fluxhook:nodePort.port: is too small; the least is 1",
        ),
        (
            {"gateway": None, "nodePort": {"name": "webhook-receiver"}},
            "fluxhook:nodePort.name: is one of Flux's own Services; write another name",
        ),
        (
            {**BALANCER, "loadBalancer": {"name": "source-controller"}},
            "fluxhook:loadBalancer.name: is one of Flux's own Services; write another name",
        ),
        (
            {**BALANCER, "loadBalancer": {"annotations": {"a": 1}}},
            "fluxhook:loadBalancer.annotations.a: must be text; put it in quotes",
        ),
    ],
)
def test_a_way_in_that_cannot_work_is_refused(changes: dict[str, object], fault: str) -> None:
    found = faults(**changes)
    assert len([each for each in found if fault in each]) == 1, found


def test_a_way_in_with_its_defaults_alone_is_taken() -> None:
    for changes in (INGRESS, NODE_PORT, BALANCER):
        assert faults(**changes) == []
    assert "host" in CONFIG


@pytest.mark.parametrize("way", ["nodePort", "loadBalancer"])
def test_a_service_for_the_outside_lets_the_outside_in(way: str, engine: Engine) -> None:
    engine.up(gateway=None, **{way: {}})
    policy: Any = revealed(engine.one("NetworkPolicy").inputs["spec"])
    assert policy["podSelector"] == {"matchLabels": {"app": "notification-controller"}}
    assert policy["ingress"] == [{"ports": [{"port": "http-webhook"}]}], (
        "from anywhere, to one port"
    )
