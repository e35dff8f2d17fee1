"""The environment of a pull request in the lab: beside its base, on a branch, and gone without a trace."""

import json
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from lightkube.resources.core_v1 import Namespace, Secret, Service

from tests.deployment import Deployment, place_program
from tests.lab.conftest import Application, delivered
from tests.world import World

NAME, BRANCH = "branches", "feature/more-replicas"


class OneOfTwo(Application):
    """An application that shares its repository with another one."""

    @property
    def repository(self) -> str:
        """The repository of both."""
        return f"developer-friendly/{NAME}"

    @cached_property
    def hook(self) -> str:
        """Path of its own webhook in GitHub's API."""
        (number,) = self.stack.output("webhooks").values()
        return f"/repos/{self.repository}/hooks/{number}"


@pytest.fixture(scope="module")
def base(world: World) -> Iterator[OneOfTwo]:
    """What delivers the branch main."""
    with delivered(world, NAME) as made:
        yield OneOfTwo(made.world, made.stack)


@pytest.fixture
def environment(base: OneOfTwo) -> Iterator[OneOfTwo]:
    """A stack like the base's, for the branch; not up yet."""
    own = {"name": "pr-7", "branch": BRANCH, "repository": base.repository}
    with tempfile.TemporaryDirectory() as directory:
        place_program(Path(directory))
        config = {**base.stack.config, "ephemeral": own}
        stack = Deployment(base.world, f"{NAME}-pr-7", Path(directory), config)
        stack.begin()
        yield OneOfTwo(base.world, stack)
        stack.end()


def everything(world: World) -> dict[str, list[str]]:
    """Whatever stands anywhere of this repository: on GitHub, in Parameter Store and in the cluster."""
    repository = f"/repos/developer-friendly/{NAME}"
    found: tuple[Namespace | Secret | Service, ...] = (
        *world.cluster.list(Namespace),
        *world.cluster.list(Secret, namespace="*"),
        *world.cluster.list(Service, namespace="*"),
    )
    names = [
        f"{type(each).__name__} {each.metadata.namespace}/{each.metadata.name}"
        for each in found
        if each.metadata
    ]
    return {
        "hooks": [str(each["id"]) for each in world.get(f"{repository}/hooks")],
        "keys": [str(each["title"]) for each in world.get(f"{repository}/keys")],
        "parameters": sorted(world.parameters(f"/{NAME}")),
        "Flux": sorted(world.objects(NAME)),
        "cluster": sorted(name for name in names if NAME in name),
    }


def resource(application: Application, suffix: str) -> dict[str, Any]:
    """The only resource in the state whose name ends so."""
    found: list[dict[str, Any]]
    found = json.loads(application.stack.state())["checkpoint"]["latest"]["resources"]
    (only,) = [each for each in found if each["urn"].endswith((f"-{suffix}", f"/{suffix}"))]
    return only


def test_a_branch_is_delivered_beside_its_base_and_goes_without_a_trace(
    base: OneOfTwo, environment: OneOfTwo
) -> None:
    before = everything(base.world)
    first = environment.push(4, BRANCH)
    environment.stack.up()
    environment.await_applied(first)
    assert environment.stack.up("--expect-no-changes").steps == {}
    assert (base.replicas(), environment.replicas()) == (2, 4)
    namespace, kustomization = (
        resource(environment, "namespace"),
        resource(environment, "kustomization"),
    )
    assert namespace["urn"] in kustomization["dependencies"], "made before, and removed after"

    # A push reaches whoever follows its branch, though GitHub tells both.
    both = base, environment
    for reached, other, branch, replicas in (
        (environment, base, BRANCH, 5),
        (base, environment, "main", 6),
    ):
        requested = other.requested()
        deliveries = {each.name: len(each.deliveries()) for each in both}
        sha = reached.push(replicas, branch)
        reached.await_applied(sha)
        for each in both:
            each.await_delivery(deliveries[each.name] + 1, 200)
        assert other.requested() == requested
        assert sha not in other.fetched()
    assert (base.replicas(), environment.replicas()) == (6, 5)

    during = everything(base.world)
    assert all(len(during[kind]) == 2 * len(before[kind]) for kind in ("hooks", "keys"))
    environment.stack.operate("destroy")
    assert everything(base.world) == before
    base.await_applied(base.push(3))
    assert base.replicas() == 3
