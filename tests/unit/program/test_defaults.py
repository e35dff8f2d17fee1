"""Defaults: components with their required inputs alone make what a stack file makes with its required keys alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from components import (
    Application,
    ApplicationArgs,
    Bot,
    Cluster,
    ClusterArgs,
    ExposureArgs,
    Monitoring,
    Notification,
)
from components.secrets.args import SecretsArgs
from tests.unit.conftest import GATEWAY, Engine, revealed

SECRET = "s3cr3t-" + "text"
CHART = {"chart": "till", "repository": {"url": "https://charts.example.com", "username": "u"}}
OVERLAY = {"path": "./kustomize/overlays/dev"}
CONFIG: Mapping[str, object] = {
    "owner": "acme",
    "host": "flux.example.com",
    "gateway": GATEWAY,
    "bot": {"login": "acme-bot", "name": "Bot", "email": "bot@acme.example"},
    "registryToken": SECRET,
    "commitStatusToken": SECRET,
    "chartToken": SECRET,
    "slackWebhook": SECRET,
    "discordWebhook": SECRET,
    "monitoring": {},
    "fluxInstance": {},
    "secrets": {"store": {"region": "eu-central-1"}},
    "notifications": [{"name": "team", "type": "slack"}],
    "notificationSecrets": {"team": {"address": SECRET}},
    "applications": [
        {
            "repository": "shop",
            "image": {"name": "ghcr.io/acme/shop", "private": True},
            "commitStatus": True,
            "scaffold": {},
            "kustomization": {**OVERLAY, "targetNamespace": "shop"},
        },
        {"repository": "till", "helmRelease": CHART},
    ],
}
EXPOSURE: ExposureArgs = {
    "host": "flux.example.com",
    "gateway": {"name": GATEWAY["name"], "namespace": GATEWAY["namespace"]},
}


def plain_program() -> None:
    """The same as `CONFIG`, with required inputs alone."""
    Cluster("cluster", {"flux_instance": {}, "secret_store": {"region": "eu-central-1"}})
    bot = Bot("acme-bot", {"login": "acme-bot", "user_name": "Bot", "email": "bot@acme.example"})
    Monitoring("monitoring", {"slack_webhook": SECRET, "discord_webhook": SECRET})
    Notification("team", {"name": "team", "type": "slack", "secret_values": {"address": SECRET}})
    shop: ApplicationArgs = {
        "repository": "acme/shop",
        "exposure": EXPOSURE,
        # By default the user is the owner; in a stack with a bot, the bot.
        "image": {"name": "ghcr.io/acme/shop", "token": SECRET, "username": "acme-bot"},
        "committer": {"name": "Bot", "email": "bot@acme.example", "signing_key": bot.signing_key},
        "commit_status": {"token": SECRET},
        "scaffold": {},
        "kustomization": {"path": OVERLAY["path"], "target_namespace": "shop"},
    }
    Application("acme/shop", shop)
    charts: Any = {**CHART["repository"], "password": SECRET}  # type: ignore[dict-item]
    till: ApplicationArgs = {
        "repository": "acme/till",
        "exposure": EXPOSURE,
        "helm_release": {"chart": "till", "repository": charts},
    }
    Application("acme/till", till)


def made(engine: Engine) -> dict[tuple[str, str], object]:
    """The inputs of all resources except for the providers, by type and logical name."""
    return {
        (each.typ, each.name): revealed(each.inputs)
        for each in engine.registered
        if not each.typ.startswith(("pulumi:", "fluxhook:"))
    }


def test_required_inputs_alone_make_what_required_settings_alone_make(engine: Engine) -> None:
    engine.up(**CONFIG)
    plain = Engine()
    plain.run(plain_program)
    by_settings, by_inputs = made(engine), made(plain)
    assert len(by_settings) > 50
    assert by_inputs.keys() == by_settings.keys()
    assert {key: inputs for key, inputs in by_inputs.items() if inputs != by_settings[key]} == {}


@pytest.mark.parametrize(
    ("key", "required", "cluster"),
    [
        ("nodePort", {}, {"node_port": {}}),
        ("loadBalancer", {}, {"load_balancer": {}}),
        ("ingress", {"className": "nginx"}, {}),
    ],
)
def test_every_way_in_has_the_same_defaults(
    key: str, required: object, cluster: ClusterArgs, engine: Engine
) -> None:
    engine.up(owner="acme", gateway=None, applications=[{"repository": "shop"}], **{key: required})
    exposure: ExposureArgs = {"host": "flux.example.com"}
    if key == "ingress":
        exposure["ingress"] = {"class_name": "nginx"}
    else:
        exposure.update({"scheme": "http", "port": 31234 if key == "nodePort" else 80})  # type: ignore[typeddict-item]

    def program() -> None:
        Cluster("cluster", cluster)
        Application("acme/shop", {"repository": "acme/shop", "exposure": exposure})

    plain = Engine()
    plain.run(program)
    assert made(plain) == made(engine)


def test_the_backend_kubernetes_has_the_same_defaults(engine: Engine) -> None:
    backend: Any = {"backend": "kubernetes"}
    engine.up(owner="acme", secrets=backend, applications=[{"repository": "shop"}])
    inputs: SecretsArgs = backend
    plain = Engine()
    args: ApplicationArgs = {"repository": "acme/shop", "exposure": EXPOSURE, "secrets": inputs}
    plain.run(lambda: Application("acme/shop", args))
    assert made(plain) == made(engine)
