"""The fault matrix: requests that get a wrong answer, a late one, or none."""

from tests.faults.conftest import Lived, Record
from tests.faults.plan import ANSWERED, Side, Step, of


def test_a_stack_converges_whatever_is_answered(live: Lived, record_property: Record) -> None:
    with live("answers", ANSWERED) as life:
        life.go_through(ANSWERED, record_property)
        lost = [
            case
            for case in of(ANSWERED, Step.CREATE)
            if case.request.side is Side.GITHUB and not case.trouble.before
        ]
        late = [str(case) for case in lost if str(life.outcomes[case]) != "1"]
        assert late == [], "not in the same `up`"
