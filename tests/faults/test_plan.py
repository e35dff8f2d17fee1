"""What the fault matrix covers, and that the page about it says so."""

from collections import Counter
from pathlib import Path

from tests.faults.plan import CASES, REQUESTS, Case, Side
from tests.faults.table import coverage, printed

PAGE = Path(__file__).parents[2] / "docs/faults.md"


def test_the_matrix_has_at_least_150_cases_and_none_twice() -> None:
    assert len(CASES) >= 150
    assert Counter(map(str, CASES)).most_common(1)[0][1] == 1


def test_every_request_meets_a_refusal_a_lost_answer_and_a_kill() -> None:
    for request in REQUESTS:
        faults = {case.trouble.name for case in CASES if case.request == request}
        assert faults & {"500 before", "502 before"}
        assert faults & {"reset after", "502 after"}
        assert "killed after" in faults


def test_every_object_in_the_cluster_meets_every_fault_in_one_step_or_another() -> None:
    objects = [case for case in CASES if case.request.side is Side.CLUSTER]
    faults = {case.trouble.name for case in objects}
    missing = {
        (operation, fault)
        for operation in {case.request.operation for case in objects}
        for fault in faults
        if not any(
            case.request.operation == operation and case.trouble.name == fault for case in objects
        )
    }
    assert missing == set()


def test_the_page_has_the_table_that_the_command_prints() -> None:
    text = PAGE.read_text()
    assert "\n".join(coverage()) in text
    assert f"{len(CASES)} cases" in text


def test_a_run_prints_its_rows_in_columns() -> None:
    case: Case = CASES[0]
    head, row = printed([f"{case} | 1"])
    assert head.split("  ")[0] == "operation"
    assert row.split() == [*str(case).replace(" | ", " ").split(), "1"]
