"""Stacks with several applications that live through faults."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.census import Census
from tests.faults.life import Life
from tests.recovery.conftest import in_trouble
from tests.world import World

Lived = Callable[[str, Sequence[str]], AbstractContextManager[Life]]


@contextmanager
def lived(world: World, name: str, apps: Sequence[str], directory: Path) -> Iterator[Life]:
    """A stack of a name whose applications are repositories of these names; nothing is up yet."""
    with in_trouble(world, name, directory) as troubled:
        for app in apps:
            world.make_repository(app)
        life = Life(troubled, apps, Census(troubled, apps))
        life.configure()
        try:
            yield life
        finally:
            life.census.remove()


@pytest.fixture
def live(world: World, tmp_path: Path) -> Lived:
    """Begins the life of a stack."""
    return lambda name, apps: lived(world, name, apps, tmp_path)
