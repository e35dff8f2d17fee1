"""Stacks with several applications that live through faults."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.census import Census
from tests.faults.life import Life
from tests.faults.plan import Case, apps
from tests.recovery.conftest import in_trouble
from tests.world import World

Lived = Callable[[str, Sequence[Case]], AbstractContextManager[Life]]
Record = Callable[[str, object], None]


@contextmanager
def lived(world: World, name: str, named: Sequence[str], directory: Path) -> Iterator[Life]:
    """A stack of a name whose applications are repositories of these names; nothing is up yet."""
    with in_trouble(world, name, directory) as troubled:
        for app in named:
            world.make_repository(app)
        life = Life(troubled, named, Census(troubled, named))
        life.configure()
        try:
            yield life
        finally:
            life.census.remove()


@pytest.fixture
def live(world: World, tmp_path: Path) -> Lived:
    """Begins the life of a stack."""
    return lambda name, cases: lived(world, name, apps(cases), tmp_path)
