"""One application by each way in: GitHub's ping is answered through it, and a push is delivered."""

from collections.abc import Iterator, Mapping

import pytest
from lightkube.resources.core_v1 import Service

from tests.lab.conftest import NAMESPACE, Application, delivered
from tests.world import World, eventually

NAME = "ways-in"
EXTERNAL = "webhook-receiver-external"
KEYS = ("gateway", "ingress", "nodePort", "loadBalancer")
WAYS: Mapping[str, Mapping[str, object]] = {
    "loadBalancer": {"loadBalancer": {"port": 8080}, "host": None},
    "nodePort": {"nodePort": {"port": 31240}, "host": "node.fluxhook.test"},
    "ingress": {"ingress": {"className": "lab"}, "host": "flux.fluxhook.test"},
    "gateway": {
        "gateway": {"name": "public", "namespace": "gateway-system"},
        "host": "flux.fluxhook.test",
    },
}
"""The keys of a stack file for each exposure; the first one goes into the new stack."""


@pytest.fixture(scope="module")
def application(world: World) -> Iterator[Application]:
    """An application whose first way in is a load balancer, which gets its name only then."""
    with delivered(world, NAME, dict.fromkeys(KEYS) | dict(WAYS["loadBalancer"])) as made:
        yield made


def base_url(world: World, way: str) -> str:
    """Scheme, host and port that GitHub must use."""
    if way in ("gateway", "ingress"):
        return "https://flux.fluxhook.test"
    if way == "nodePort":
        return "http://node.fluxhook.test:31240"
    service = world.cluster.get(Service, EXTERNAL, namespace=NAMESPACE)
    assert service.status and service.status.loadBalancer and service.status.loadBalancer.ingress
    return f"http://{service.status.loadBalancer.ingress[0].hostname}:8080"


def test_the_first_ping_of_a_fresh_hook_finds_the_load_balancer(application: Application) -> None:
    def answered() -> None:
        *_, first = application.world.get(f"{application.hook}/deliveries?per_page=100")
        assert (first["event"], first["status_code"]) == ("ping", 200)

    eventually(answered)


@pytest.mark.parametrize("way", ["nodePort", "ingress", "gateway", "loadBalancer"])
def test_a_stack_goes_over_to_another_way_and_its_hook_follows(
    application: Application, way: str
) -> None:
    world, stack, hook = application.world, application.stack, application.hook
    changed = stack.config | dict.fromkeys(KEYS) | dict(WAYS[way])
    stack.config = {key: value for key, value in changed.items() if value is not None}
    stack.up()
    assert stack.up("--expect-no-changes").steps == {}

    assert application.hook == hook, "it is the same hook, with its deliveries"
    url = stack.output("receiverUrls")[application.repository]
    base, _, digest = url.rpartition("/hook/")
    assert base == base_url(world, way)
    assert world.github.get(hook).json()["config"]["url"] == url
    assert digest not in stack.state()
    made = {f"{NAME}-receiver": {"gateway": ["HTTPRoute"], "ingress": ["Ingress"]}.get(way, [])}
    made[EXTERNAL] = ["Service"] if way in ("nodePort", "loadBalancer") else []
    assert {name: world.objects(name) for name in made} == made

    world.github.post(f"{hook}/pings").raise_for_status()

    def answered() -> None:
        ping, *_ = world.get(f"{hook}/deliveries")
        assert (ping["event"], ping["status_code"]) == ("ping", 200)

    eventually(answered)
    replicas = 3 + list(WAYS).index(way)
    application.await_applied(application.push(replicas))

    def running() -> None:
        assert application.replicas() == replicas

    eventually(running)
