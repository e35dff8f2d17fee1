"""Labs with a fake world, each in a directory of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.run import control
from lab.run.directory import LabDirectory
from tests.runtime.helpers import supervisor


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabDirectory]:
    """A running lab for tests that change nothing in it."""
    directory = LabDirectory(tmp_path_factory.mktemp("shared") / "lab")
    control.start(directory, supervisor=supervisor("ready"))
    yield directory
    control.stop(directory)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LabDirectory]:
    directory = LabDirectory(tmp_path / "lab")
    yield directory
    control.stop(directory)
