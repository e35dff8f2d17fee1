"""The real engine on the real program: one stack a test, each with a repository of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deployment import Deployment, Run, deployed
from tests.world import World


@pytest.fixture
def deployment(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Deployment]:
    """A stack of the test's own."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    with deployed(world, name, tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Shared:
    """A stack that is up, for tests that preview, or leave it as its configuration says."""

    stack: Deployment
    first: Run
    """The `up` that has made it."""


@pytest.fixture(scope="module")
def up(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The stack and its first `up`."""
    with deployed(world, "shared", tmp_path_factory.mktemp("shared")) as made:
        yield Shared(made, made.up())


@pytest.fixture
def shared(up: Shared) -> Deployment:
    """The stack alone."""
    return up.stack


@pytest.fixture
def name(deployment: Deployment) -> str:
    """Name of the test's repository, application and stack."""
    return deployment.stack
