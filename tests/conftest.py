"""The lab that tests share, which tests are quick, and in which order they run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis

from lab.run import control
from lab.run.directory import LabDirectory
from tests.faults.table import ROW, printed
from tests.world import World

# How long an example takes is no property of the code.
hypothesis.register_profile("fluxhook", deadline=None)
hypothesis.load_profile("fluxhook")

TOLD = "told"
"""Name of the property of a test report that is a line for the end of a run."""
HERE = Path(__file__).parent
SLOW_ROOMS = {"runtime"}
"""Folders whose tests all start processes."""
SLOW_FIXTURES = {"world", "shell", "cli", "plugin", "hub"}
"""Fixtures that start a lab, or one of its programs."""
ORDER = (
    *("faults", "recovery", "lab", "engine", "workflows"),
    *("preflight", "plugins", "cluster", "runtime"),
)
"""Folders of the tests that are not quick: the longest modules first, so that both workers end together."""


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running lab of the worker's own, so that tests touch no lab that somebody works with.

    `FLUXHOOK_TEST_LAB` names a directory with a lab that runs on; see `make one`.
    """
    if named := os.environ.get("FLUXHOOK_TEST_LAB"):
        directory = LabDirectory(Path(named).resolve())
        control.start(directory)
        yield from opened(directory)
        return
    directory = LabDirectory(tmp_path_factory.mktemp("session") / "lab")
    # pytest-xdist kills its workers when it is interrupted, so nothing after `yield` is certain to run.
    stopper = subprocess.Popen(
        [sys.executable, "-m", "tests.stopper", directory.path],
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        control.start(directory)
        yield from opened(directory)
    finally:
        # The supervisor is a child of this process: as long as it is not waited for here, it seems to run on.
        control.stop(directory)
        stopper.communicate()


def opened(directory: LabDirectory) -> Iterator[World]:
    """A lab's world, whose connections are closed in the end."""
    running = World(directory)
    try:
        yield running
    finally:
        running.close()


def is_quick(item: pytest.Function) -> bool:
    """Whether a test needs no lab and no program of it."""
    return room(item) not in SLOW_ROOMS and SLOW_FIXTURES.isdisjoint(item.fixturenames)


def room(item: pytest.Function) -> str:
    """The folder below tests/ in which a test stands."""
    return item.path.relative_to(HERE).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark quick tests and put them first."""
    for item in items:
        if is_quick(item):
            item.add_marker(pytest.mark.quick)
    order = {name: number for number, name in enumerate(ORDER)}
    items.sort(key=lambda item: -1 if is_quick(item) else order.get(room(item), len(order)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault matrix and what tests tell, and say why a run without a failure fails."""
    properties = [
        each for report in terminalreporter.getreports("passed") for each in report.user_properties
    ]
    if rows := [str(value) for name, value in properties if name == ROW]:
        terminalreporter.section(f"fault matrix: {len(rows)} cases, all converged")
        terminalreporter.write_line("\n".join(printed(rows)))
    for name, value in properties:
        if name == TOLD:
            terminalreporter.write_line(str(value))
    if terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("failed: a skipped test is a check that did not run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
