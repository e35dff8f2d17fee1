"""The names of the objects of a stack, predicted from its settings, are those of the objects that it makes."""

from typing import Any

import pytest

import settings
from recovery import ownership
from tests.unit.conftest import CONFIG, Engine, raw, revealed
from tests.unit.examples import BOT, app

IMAGE = {"name": "ghcr.io/o/r", "private": True}
ROTATED = {
    "generations": {
        "webhookToken": [1, 2],
        "deployKey": [2],
        "registryToken": [3, 4],
        "signingKey": [1, 5],
    },
    "bot": BOT,
    "registryToken": "registry" + "-token",
    "applications": [
        app(image=IMAGE),
        {"repository": "shop", "generations": {"webhookToken": [7], "deployKey": [1, 8]}},
    ],
}
SEVERAL = {
    "bot": BOT,
    "registryToken": "registry" + "-token",
    "generations": {"registryToken": [1, 2]},
    "applications": [
        app(instance="staging", branch="develop", deliveries=[{"name": "web-staging"}]),
        app(
            deliveries=[
                {"name": "web", "image": IMAGE},
                {"name": "api", "helmRelease": {"chart": "./chart"}},
                {"name": "db", "helmRelease": {"chart": "db", "repository": {"url": "oci://o/c"}}},
            ]
        ),
    ],
}


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"gateway": None, "ingress": {"className": "nginx"}},
        {"secrets": {"backend": "kubernetes"}},
    ],
    ids=["HTTPRoute", "Ingress", "kubernetes"],
)
@pytest.mark.parametrize(
    "rotated", [{}, ROTATED, SEVERAL], ids=["never rotated", "rotated", "several deliveries"]
)
def test_every_object_of_a_stack_is_predicted(
    way: dict[str, object], rotated: dict[str, object], engine: Engine
) -> None:
    config = {key: each for key, each in {**CONFIG, **rotated, **way}.items() if each is not None}
    found, faults = settings.parse(raw(config), "unit")
    assert faults == []
    predicted = {(kind, name) for (_, kind, name), _ in ownership.objects_to_make(found)}
    engine.up(**{**rotated, **way})
    inputs: list[Any] = [
        revealed(each.inputs) for each in engine.registered if each.typ.startswith("kubernetes:")
    ]
    made = {(each["kind"], each["metadata"]["name"]) for each in inputs if "metadata" in each}
    assert predicted == made
