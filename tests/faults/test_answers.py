"""The fault matrix: requests that get a wrong answer, a late one, or none."""

from collections.abc import Callable

from tests.faults.conftest import Lived
from tests.faults.plan import CASES, WRONG_ANSWERS, Case, Step
from tests.recovery.conftest import BOT

Record = Callable[[str, object], None]


def of(*steps: Step) -> list[Case]:
    """The cases of some steps."""
    return [case for case in CASES if case.request.step in steps]


def test_a_stack_converges_whatever_is_answered(live: Lived, record_property: Record) -> None:
    with live("answers", [each.app for each in WRONG_ANSWERS]) as life:
        config = life.troubled.stack.config
        config["bot"] = BOT
        life.answered("up", of(Step.CREATE))
        life.assert_settled()
        life.change()
        config["bot"] = {**BOT, "name": "Another Bot"}
        life.answered("up", of(Step.UPDATE, Step.REPLACE, Step.REMOVE))
        life.assert_settled()
        life.answered("destroy", of(Step.DELETE))
        life.census.assert_nothing_left()
        life.report(record_property, CASES)
