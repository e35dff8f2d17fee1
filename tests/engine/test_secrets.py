"""No secret in clear: canaries are planted, and hunted in everything that Pulumi writes."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from lab.world.surroundings import BOT
from tests.deployment import Deployment, deployed
from tests.world import World


def forms(secret: str) -> Iterator[str]:
    """A secret as it could stand in a file: raw, JSON-escaped, base64 and hexadecimal."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode()
    yield secret.encode().hex()


def body(armor: str) -> str:
    """A line from the middle of a PEM or armored key: it stays whole however the file is wrapped."""
    lines = [line for line in armor.splitlines() if line and not line.startswith(("-", "="))]
    return lines[len(lines) // 2]


@dataclass(frozen=True)
class Hunt:
    """What was planted in a stack's life, and every text in which it could stand."""

    canaries: Mapping[str, str]
    shown: Sequence[str]
    in_clear: str
    """The state as it is exported when secrets are asked for."""


@pytest.fixture(scope="module")
def hunt(world: World, tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    """The life of a stack in which every secret there can be is set."""
    with deployed(world, "canaries", tmp_path_factory.mktemp("canaries")) as rich:
        bot = {"login": BOT, "name": "Canary", "email": "canary@example.com"}
        image = {"name": "ghcr.io/o/r", "private": True}
        rich.config |= {
            "bot": bot,
            "applications": [{"repository": rich.stack, "image": image}],
            **{key: f"canary-{key}-" + "x" * 8 for key in ("botPassphrase", "registryToken")},
        }
        # What is shown before an update is hunted too.
        shows = ("--diff", "--skip-preview=false")
        runs = [rich.preview("--diff"), rich.up(*shows), rich.operate("refresh", *shows)]
        shown = [run.output + json.dumps(list(run.events)) for run in runs]
        shown.append(rich.state())
        in_clear = rich.pulumi("stack", "export", "--show-secrets").output
        canaries = planted(rich, json.loads(in_clear))
        rich.config["tokenLength"] = 48
        shown.append(rich.preview("--diff").output)
        destroyed = rich.operate("destroy", *shows)
        shown.append(destroyed.output + json.dumps(list(destroyed.events)))
    return Hunt(canaries, shown, in_clear)


def planted(rich: Deployment, exported: Any) -> dict[str, str]:
    """Every secret of the stack, by what it is."""
    stored = rich.world.parameters(f"/{rich.stack}")
    url = next(iter(rich.output("receiverUrls").values()))
    canaries = {
        "the receiver path": url.rpartition("/")[2],
        "the organisation's token": rich.world.state.tokens.organisation,
        "the bot's token": rich.world.state.tokens.bot,
    }
    for resource in exported["deployment"]["resources"]:
        if "result" in resource.get("outputs", {}):
            canaries[resource["urn"]] = json.loads(resource["outputs"]["result"]["plaintext"])
    assert len(canaries) == 6, "two seeds and a token"
    for name, value in stored.items():
        canaries[name] = body(value) if "PRIVATE KEY" in value else value
    assert len(canaries) == 11
    return canaries


def test_no_canary_is_in_state_events_or_output(hunt: Hunt) -> None:
    for name, canary in hunt.canaries.items():
        for form in forms(canary):
            for index, text in enumerate(hunt.shown):
                assert form not in text, f"{name} in clear in text {index}"


def test_the_hunt_finds_what_is_there(hunt: Hunt) -> None:
    key = hunt.canaries["/canaries/developer-friendly/canaries/deploy-key"]
    assert any(form in hunt.in_clear for form in forms(key))
