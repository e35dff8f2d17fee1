"""Every component by itself: two of a kind live side by side, and the contract of a component is kept."""

import inspect
from typing import Any

import pulumi
import pytest

import components
from components.secrets.parameter import parameter
from tests.unit.components.inputs import everything
from tests.unit.conftest import Engine

NAMES = ("one", "two")
CLASSES: list[Any] = [
    each
    for each in (getattr(components, name) for name in components.__all__)
    if inspect.isclass(each) and issubclass(each, pulumi.ComponentResource)
]
IDS = [each.__name__ for each in CLASSES]


@pytest.mark.parametrize("component", CLASSES, ids=IDS)
def test_two_instances_do_not_collide(component: Any, engine: Engine) -> None:
    def program() -> None:
        for name in NAMES:
            component(name, everything(name)[component.__name__])

    engine.run(program)
    names = [(each.typ, each.name) for each in engine.registered]
    assert len(names) == len(set(names)) >= 4


@pytest.mark.parametrize("component", CLASSES, ids=IDS)
def test_the_logical_names_of_a_component_begin_with_its_own(
    component: Any, engine: Engine
) -> None:
    engine.run(lambda: component("acme/one", everything("one")[component.__name__]))
    made = [each.name for each in engine.registered if each.name != "acme/one"]
    if component is components.Notification:
        # It may have the name of another component of the stack.
        made = [name.removeprefix("notification/") for name in made]
    assert all(name.startswith("acme/one/") for name in made), made


@pytest.mark.parametrize("component", CLASSES, ids=IDS)
def test_the_token_of_a_component_is_its_class(component: Any, engine: Engine) -> None:
    engine.run(lambda: component("one", everything("one")[component.__name__]))
    assert f"fluxhook:index:{component.__name__}" in [each.typ for each in engine.registered]


def test_the_public_surface_is_sorted_and_complete() -> None:
    late = {name for names in components._LATE.values() for name in names}
    assert components.__all__ == sorted(late)
    assert all(inspect.isclass(getattr(components, name)) for name in components.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Other'"):
        components.Other  # noqa: B018


def test_a_value_that_does_not_fit_its_tier_stops_the_update_without_being_shown(
    engine: Engine,
) -> None:
    value = "s3cr3t" * 1000

    def program() -> None:
        parent = pulumi.ComponentResource("unit:index:Parent", "parent")
        parameter("p", "/p", value, "d", "Standard", None, parent)

    with pytest.raises(Exception, match="/p: the value has 6000 bytes") as failure:
        engine.run(program)
    assert value not in str(failure.value)
