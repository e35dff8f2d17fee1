"""No secret in clear: canaries are planted, and hunted in everything that Pulumi writes."""

import base64
import json
from collections.abc import Iterator

import pytest

from tests.deployment import Deployment


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


@pytest.fixture
def rich(deployment: Deployment) -> Deployment:
    """A stack in which every secret there can be is set."""
    deployment.config |= {
        "bot": {"login": "developer-friendly-bot", "name": "Canary", "email": "canary@example.com"},
        "applications": [
            {"repository": deployment.stack, "image": {"name": "ghcr.io/o/r", "private": True}}
        ],
    }
    for key in ("botPassphrase", "registryToken"):
        deployment.config[key] = f"canary-{key}-" + "x" * 8
    return deployment


def test_no_canary_is_in_state_events_or_output(rich: Deployment) -> None:
    runs = [rich.preview("--diff"), rich.up("--diff"), rich.operate("refresh", "--diff")]
    shown = [run.output + json.dumps(list(run.events)) for run in runs]
    shown.append(rich.state())
    exported = json.loads(rich.pulumi("stack", "export", "--show-secrets").output)
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
    rich.config["tokenLength"] = 48
    shown.append(rich.preview("--diff").output)
    destroyed = rich.operate("destroy", "--diff")
    shown.append(destroyed.output + json.dumps(list(destroyed.events)))
    for name, canary in canaries.items():
        for form in forms(canary):
            for index, text in enumerate(shown):
                assert form not in text, f"{name} in clear in text {index}"


def test_the_hunt_finds_what_is_there(rich: Deployment) -> None:
    rich.up()
    key = body(
        rich.world.parameters(f"/{rich.stack}/{rich.stack}")[
            f"/{rich.stack}/{rich.stack}/deploy-key"
        ]
    )
    shown = rich.pulumi("stack", "export", "--show-secrets").output
    assert any(form in shown for form in forms(key))
