"""The real engine on the real program: one stack a test, each with a repository of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import Deployment, deployed
from tests.world import World


@pytest.fixture
def deployment(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Deployment]:
    """A stack of the test's own."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    with deployed(world, name, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def shared(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack that is up, for tests that only preview."""
    with deployed(world, "shared", tmp_path_factory.mktemp("shared")) as made:
        made.up()
        yield made


@pytest.fixture
def name(deployment: Deployment) -> str:
    """Name of the test's repository, application and stack."""
    return deployment.stack
