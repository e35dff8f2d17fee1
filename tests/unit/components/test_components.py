"""Every component by itself: two of a kind live side by side, and the contract of a component is kept."""

import inspect

import pulumi
import pytest
from components.cluster import Cluster
from components.values import Application, HelmRelease, HelmRepository, Image, Kustomization, Stack
from components.values.notification import Notification as Entry
from components.values.scaffold import Scaffold

import components
from tests.unit.conftest import CONFIG, Engine

CLASSES = [
    each
    for each in vars(components).values()
    if inspect.isclass(each) and issubclass(each, pulumi.ComponentResource)
]


def parameter(name: str) -> components.Parameter:
    args: components.ParameterArgs = {
        "parameter_name": f"/{name}",
        "value": "v",
        "description": "d",
    }
    return components.Parameter(f"{name}-p", args)


def arguments(kind: type, name: str) -> dict[str, object]:
    """Inputs for one instance of any component."""
    stack = Stack.model_validate(
        {key: value for key, value in CONFIG.items() if key != "applications"}
        | {
            "bot": {"login": "bot", "name": "Bot", "email": "bot@example.com"},
            "githubApp": {"id": 1, "installationId": 2},
            "githubAppPrivateKey": "key",
            "monitoring": {},
            "slackWebhook": "https://slack.example.com",
            "discordWebhook": "https://discord.example.com",
            "notificationSecrets": {name: {"address": "https://chat.example.com"}},
        }
    )
    image = Image(name="ghcr.io/owner/image")
    known: dict[str, object] = {
        "stack": stack,
        "cluster": Cluster(
            stack, "flux-system", "store", pulumi.Output.from_input("https://example.com"), {}
        ),
        "application": Application(
            repository=f"owner/{name}", name=name, image=image, scaffold=Scaffold()
        ),
        "image": image,
        "bot": stack.bot,
        "kustomization": Kustomization(),
        "helm_repository": HelmRepository(url="https://charts.example.com"),
        "helm_release": HelmRelease(chart="./chart"),
        "notification": Entry(name=name, type="slack"),
        "signing_key": {},
        "github_app": {},
        "parameters": {"token": parameter(name)},
        "template": {"token": "{{ .token }}"},
        "data": {"token": "value"},
        "sources": {"GitRepository": name},
        "components": ["source-controller"],
        "path": "./kustomize/overlays/dev",
        "port": 80,
    }
    required = vars(components)[f"{kind.__name__}Args"].__required_keys__
    return {key: known.get(key, f"{name}-{key}") for key in required}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_two_instances_do_not_collide(kind: type, engine: Engine) -> None:
    def program() -> None:
        for name in ("one", "two"):
            kind(name, arguments(kind, name))

    engine.run(program)
    names = [(each.typ, each.name) for each in engine.registered]
    assert len(names) == len(set(names)) >= 4


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_components_token_is_its_class_and_its_inputs_are_described(
    kind: type, engine: Engine
) -> None:
    engine.run(lambda: kind("one", arguments(kind, "one")))
    assert f"fluxhook:index:{kind.__name__}" in [each.typ for each in engine.registered]
    args = vars(components)[f"{kind.__name__}Args"]
    source = inspect.getsource(args)
    for field in args.__annotations__:
        _, _, after = source.partition(f"    {field}: ")
        assert after.partition("\n")[2].lstrip().startswith('"""'), f"{args.__name__}.{field}"


def test_the_public_surface_is_sorted_and_complete() -> None:
    public = {name for name, each in vars(components).items() if inspect.isclass(each)}
    assert components.__all__ == sorted(public)


def test_a_value_that_does_not_fit_its_tier_stops_the_update_without_being_shown(
    engine: Engine,
) -> None:
    value = "s3cr3t" * 1000

    def program() -> None:
        components.Parameter("p", {"parameter_name": "/p", "value": value, "description": "d"})

    with pytest.raises(Exception, match="/p: the value has 6000 bytes") as failure:
        engine.run(program)
    assert value not in str(failure.value)


def test_a_write_through_the_bot_component_without_a_bot_is_refused(engine: Engine) -> None:
    stack = Stack.model_validate({k: v for k, v in CONFIG.items() if k != "applications"})
    with pytest.raises(ValueError, match="the stack has no bot"):
        engine.run(lambda: components.Bot("bot", {"stack": stack}))


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        (components.Kustomization, "kustomization", Kustomization),
        (components.HelmRelease, "helm_release", HelmRelease),
    ],
)
def test_a_delivery_by_itself_goes_where_its_values_say(
    kind: type, key: str, said: type[Kustomization | HelmRelease], engine: Engine
) -> None:
    value = said.model_validate(
        {"targetNamespace": "there"} | ({"chart": "./chart"} if said is HelmRelease else {})
    )
    engine.run(lambda: kind("one", {**arguments(kind, "one"), key: value}))
    assert engine.one(kind.__name__).inputs["spec"]["targetNamespace"] == "there"
