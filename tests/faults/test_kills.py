"""The fault matrix: engine and plugins are killed at a request, before the server has done it or after."""

from tests.faults.conftest import Lived, Record
from tests.faults.plan import KILLED


def test_a_stack_converges_wherever_it_is_killed(live: Lived, record_property: Record) -> None:
    with live("kills", KILLED) as life:
        life.go_through(KILLED, record_property)
