"""Random stacks: names are unique, and an entry's resources depend neither on its place nor on its neighbours."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.configurations import stacks
from tests.unit.conftest import Engine, revealed

# The fixture gives each example the same loop and environment; each makes an engine of its own.
EXAMPLES = hypothesis(
    max_examples=6, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def registered(config: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The inputs of all resources of a stack, by type and logical name."""
    engine = Engine()
    engine.up(**config)
    found = {(each.typ, each.name): revealed(each.inputs) for each in engine.registered}
    assert len(found) == len(engine.registered), "two resources have one name"
    return found


@EXAMPLES
@given(stacks())
def test_no_two_secrets_share_a_parameter_and_no_two_objects_a_name(
    engine: Engine, config: dict[str, Any]
) -> None:
    found = registered(config)
    parameters = [
        inputs["name"] for (kind, _), inputs in found.items() if kind.endswith(":Parameter")
    ]
    assert len(parameters) == len(set(parameters))
    objects = [
        (inputs["kind"], inputs["metadata"]["namespace"], inputs["metadata"]["name"])
        for (kind, _), inputs in found.items()
        if kind.startswith("kubernetes:")
    ]
    assert len(objects) == len(set(objects)) > 0


@EXAMPLES
@given(stacks(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_reordering_entries_changes_nothing_and_removing_one_touches_no_other(
    engine: Engine, config: dict[str, Any], random: Any, number: int
) -> None:
    before = registered(config)
    entries = config["applications"]
    random.shuffle(entries)
    assert registered(config) == before
    gone = entries.pop(number % len(entries))
    if not entries:
        return
    after = registered(config)
    assert {key: before[key] for key in after} == after
    gone_name = gone["repository"].rpartition("/")[2]
    left = {name for _, name in before.keys() - after.keys()}
    assert all(f"/{gone_name}" in name or "/" not in name for name in left), left
