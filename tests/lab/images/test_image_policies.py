"""Which tag is the newest, by each kind of policy, as image-reflector-controller itself decides."""

from collections.abc import Iterator
from typing import Any

import pytest

from lab.world import images
from lab.world.kinds import ImagePolicy
from lab.world.surroundings import BOT, BOT_EMAIL
from tests.deployment import deployed
from tests.world import World, eventually

TAGS = ("1.9.0", "1.10.0", "2.0.0", "20261121", "20261120", "main-7", "main-12", "dev-99")
POLICIES: dict[str, tuple[dict[str, object], str]] = {
    "semver": ({"type": "semver", "range": ">=1.0.0 <2.0.0"}, "1.10.0"),
    "alphabetical": ({"type": "alphabetical", "pattern": "^2026"}, "20261121"),
    "oldest": ({"type": "alphabetical", "pattern": "^2026", "order": "desc"}, "20261120"),
    "numerical": ({"pattern": "^main-(?P<run>[0-9]+)$", "extract": "$run"}, "main-12"),
}


@pytest.fixture(scope="module")
def policies(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One application for each policy, all of one private image with every tag."""
    name = "policies"
    for tag in TAGS:
        images.push(world.directory, world.state, f"developer-friendly/{name}", tag)
    with deployed(world, name, tmp_path_factory.mktemp(name)) as stack:
        image = {"name": f"ghcr.io/developer-friendly/{name}", "private": True}
        stack.config |= {
            "bot": {"login": BOT, "name": "The Bot", "email": BOT_EMAIL},
            "registryToken": images.TOKEN,
            "applications": [
                {"repository": f"{name}-{kind}", "image": {**image, "policy": policy}}
                for kind, (policy, _) in POLICIES.items()
            ],
        }
        for kind in POLICIES:
            world.make_repository(f"{name}-{kind}")
        stack.up()
        yield world


@pytest.mark.parametrize("kind", POLICIES)
def test_a_policy_takes_the_newest_tag_of_its_kind(kind: str, policies: World) -> None:
    def latest() -> dict[str, Any]:
        found: dict[str, Any] = policies.status(ImagePolicy, f"policies-{kind}")["latestRef"]
        return found

    assert eventually(latest)["tag"] == POLICIES[kind][1]
