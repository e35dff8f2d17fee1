"""The fault matrix as text: what it covers, for docs/faults.md, and what became of each case, for the end of a run."""

from collections.abc import Iterator, Sequence

from tests.faults.plan import CASES, Case, Step

ROW = "fault matrix"
"""Name of the property of a test report that is a row of the matrix."""


def coverage(cases: Sequence[Case] = CASES) -> Iterator[str]:
    """Yield the lines of a Markdown table: by operation and step, how many faults."""
    operations = list(dict.fromkeys(case.request.operation for case in cases))
    yield f"| | {' | '.join(Step)} |"
    yield f"| --- {'| ---: ' * len(Step)}|"
    for operation in operations:
        numbers = [
            sum(case.request.operation == operation and case.request.step is step for case in cases)
            for step in Step
        ]
        yield f"| {operation} | {' | '.join(str(each or '') for each in numbers)} |"


def printed(rows: Sequence[str]) -> Iterator[str]:
    """Yield the lines that a run prints about its cases: aligned, sorted by operation and step."""
    cells = [row.split(" | ") for row in ("operation | step | fault | runs until converged", *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
