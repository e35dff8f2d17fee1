"""Prints what the fault matrix covers, for docs/faults.md."""

from tests.faults.plan import CASES
from tests.faults.table import coverage

if __name__ == "__main__":
    print(*coverage(), sep="\n")
    print(f"\n{len(CASES)} cases.")
