"""The lab that engine and lab tests share: started once, with everything real in it."""

from collections.abc import Iterator

import pytest

from lab.run import control
from lab.run.directory import LabDirectory
from tests.world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running lab of the session's own, so that tests touch no lab that somebody works with."""
    directory = LabDirectory(tmp_path_factory.mktemp("session") / "lab")
    control.start(directory)
    running = World(directory)
    try:
        yield running
    finally:
        running.close()
        control.stop(directory)
