"""One application by each way in: GitHub's ping is answered through it, and a push is delivered."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from lightkube.resources.core_v1 import Service
from lightkube.resources.networking_v1 import Ingress

from tests.deployment import Deployment
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
SHOWS = ("--diff", "--debug", "--skip-preview=false")
"""Has a command show all that it can, its preview included."""


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


def go_by(stack: Deployment, way: Mapping[str, object]) -> None:
    """Writes another way in into the stack file."""
    changed = stack.config | dict.fromkeys(KEYS) | dict(way)
    stack.config = {key: value for key, value in changed.items() if value is not None}


@pytest.mark.parametrize("way", ["nodePort", "ingress", "gateway", "loadBalancer"])
def test_a_stack_goes_over_to_another_way_and_its_hook_follows(
    application: Application, way: str
) -> None:
    world, stack, hook = application.world, application.stack, application.hook
    go_by(stack, WAYS[way])
    shown = [stack.up(*SHOWS), stack.up("--expect-no-changes", "--refresh", *SHOWS)]
    shown.append(stack.operate("refresh", "--expect-no-changes", *SHOWS))
    assert shown[1].steps == {}

    assert application.hook == hook, "it is the same hook, with its deliveries"
    url = stack.output("receiverUrls")[application.repository]
    base, _, digest = url.rpartition("/hook/")
    assert base == base_url(world, way)
    assert world.github.get(hook).json()["config"]["url"] == url
    assert digest not in stack.state()
    for run in shown:
        assert digest not in run.output + json.dumps(list(run.events))
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


def test_github_is_told_of_an_ingress_only_when_a_controller_serves_it(
    application: Application,
) -> None:
    world, stack = application.world, application.stack
    go_by(stack, {"ingress": {"className": "nobody"}, "host": "served.fluxhook.test"})

    def told() -> str:
        return str(world.github.get(application.hook).json()["config"]["url"])

    before = told()
    events = stack.directory / "events.json"
    with ThreadPoolExecutor(1) as pool:
        # Before this thread could look at the events of an earlier command.
        events.unlink(missing_ok=True)
        up = pool.submit(stack.up)

        def waits() -> None:
            text = "has no address in its status: no controller of the class nobody serves it yet"
            assert text in events.read_text()

        eventually(waits)
        assert not up.done()
        assert told() == before
        address = {"loadBalancer": {"ingress": [{"hostname": "served.fluxhook.test"}]}}
        world.cluster.patch(
            Ingress.Status, f"{NAME}-receiver", {"status": address}, namespace=NAMESPACE
        )
        up.result()
    assert told().startswith("https://served.fluxhook.test/hook/")
    digest = told().rpartition("/")[2]
    destroyed = stack.operate("destroy", *SHOWS)
    assert digest not in destroyed.output + json.dumps(list(destroyed.events))
