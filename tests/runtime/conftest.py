"""Labs with a fake world, each in a directory of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.run import control
from lab.run.directory import LabDirectory


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LabDirectory]:
    directory = LabDirectory(tmp_path / "lab")
    yield directory
    control.stop(directory)


@pytest.fixture
def other_lab(tmp_path: Path) -> Iterator[LabDirectory]:
    directory = LabDirectory(tmp_path / "other")
    yield directory
    control.stop(directory)
