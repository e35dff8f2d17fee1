"""Random walks: whatever is edited, damaged or goes wrong, and in whichever order, the next `up` converges.

The gate takes the same walk each time. `FLUXHOOK_WALKS=50` takes so many others.
"""

import os
from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.conftest import lived
from tests.faults.walk import STEPS, Step, Walk
from tests.world import World

WALKS = os.environ.get("FLUXHOOK_WALKS")
APPS = ("walk-one", "walk-two", "walk-three")
NUMBERS = count(1)


@settings(
    max_examples=int(WALKS or 1),
    derandomize=WALKS is None,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEPS, min_size=3, max_size=3))
def test_a_stack_converges_after_each_step_of_a_walk(
    world: World, tmp_path_factory: pytest.TempPathFactory, steps: Sequence[Step]
) -> None:
    name = f"walk-{next(NUMBERS)}"
    with lived(world, name, APPS, tmp_path_factory.mktemp(name)) as life:
        walk = Walk(life)
        walk.begin()
        for step in steps:
            walk.take(step)
        life.run("destroy")
        life.census.assert_nothing_left()
