"""Measures how long the checks of a change take. Writes docs/gate.md.

Run as `make bench-gate` on an idle machine; it takes as long as `make quick` and `make test` together.
With `COLD=1` it measures `make check test` in a fresh clone with empty caches too.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import psutil

from bench.make_up import CACHES, ROOT, timed

REPORT = ROOT / "docs" / "gate.md"
SLOWEST = 10
"""How many tests the report names."""


@dataclass(frozen=True)
class Measured:
    """The time that a command took, and how many tests it ran."""

    command: str
    seconds: float
    cpu: float
    tests: int


@dataclass(frozen=True)
class Test:
    """A test of the last run; its time includes its fixtures."""

    room: str
    name: str
    seconds: float


def cpu_seconds() -> float:
    """CPU seconds of the whole machine: the processes of a lab are not children of the command."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def measure(directory: Path, targets: str, environment: Mapping[str, str]) -> Measured:
    """Runs make targets one after another."""
    before, seconds, tests = cpu_seconds(), 0.0, 0
    for target in targets.split():
        took, printed = timed(directory, target, dict(environment))
        seconds += took
        tests += sum(int(each) for each in re.findall(r"(\d+) passed", printed))
    return Measured(f"make {targets}", seconds, cpu_seconds() - before, tests)


def cold(place: Path, environment: Mapping[str, str]) -> Measured:
    """Runs `make check test` in a fresh clone with empty caches."""
    clone = place / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    empty = {**environment, **{name: str(place / name.lower()) for name in CACHES}}
    try:
        found = measure(clone, "check test", empty)
    finally:
        # Go writes its module cache read-only.
        subprocess.run(["chmod", "-R", "u+w", place], check=True)
    return Measured("make check test, every cache empty", found.seconds, found.cpu, found.tests)


def read(junit: Path) -> list[Test]:
    """Reads the tests of a run from pytest's JUnit report."""
    found = []
    # Safe to parse: pytest has just written this file.
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314
        _, *room, module = case.attrib["classname"].split(".")
        name = f"{module}::{case.attrib['name']}".replace("|", "\\|")
        found.append(Test("/".join(room), name, float(case.attrib["time"])))
    return found


def report(rows: list[Measured], tests: list[Test]) -> str:
    """Returns the page docs/gate.md."""
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB"
    revision = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(
        revision, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    rooms: defaultdict[str, list[float]] = defaultdict(list)
    for test in tests:
        rooms[test.room].append(test.seconds)
    slowest = sorted(tests, key=lambda test: -test.seconds)[:SLOWEST]
    lines = [
        "# How long the gate takes",
        "",
        f"Written by `make bench-gate` at commit {commit} on {machine}. CPU seconds are those of the whole machine.",
        "",
        "| command | seconds | CPU seconds | tests |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| `{each.command}` | {each.seconds:.0f} | {each.cpu:.0f} | {each.tests} |"
            for each in rows
        ),
        "",
        "The seconds of `make test` by folder. Three tests run at a time; the time of a fixture counts for the first"
        " test that needs it.",
        "",
        "| tests/ | tests | seconds |",
        "| --- | ---: | ---: |",
        *(
            f"| {room} | {len(seconds)} | {sum(seconds):.0f} |"
            for room, seconds in sorted(rooms.items(), key=lambda each: -sum(each[1]))
        ),
        "",
        "| slowest tests | seconds |",
        "| --- | ---: |",
        *(f"| {test.name} | {test.seconds:.0f} |" for test in slowest),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures, writes the report and prints it."""
    ours = ("FLUXHOOK_LAB_DIR", "FLUXHOOK_TEST_LAB", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    environment = {key: text for key, text in os.environ.items() if key not in ours}
    with tempfile.TemporaryDirectory(prefix="fluxhook-") as directory:
        place = Path(directory)
        junit = place / "tests.xml"
        rows = [measure(ROOT, "quick", environment)]
        rows.append(measure(ROOT, "test", {**environment, "PYTEST_ADDOPTS": f"--junitxml={junit}"}))
        tests = read(junit)
        if "--cold" in sys.argv:
            rows.append(cold(place, environment))
    REPORT.write_text(report(rows, tests))
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
