"""Every object of the guide has its counterpart; fields are compared one by one, and each difference has its reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Service

from lab.world import kinds
from lab.world.surroundings import BOT, BOT_EMAIL
from tests import world as worlds
from tests.deployment import deployed
from tests.lab import monitoring
from tests.lab.secret_values import secret_value
from tests.world import World, eventually

GUIDE: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("guide_001.yaml").read_text()
)
OWN = {"Deployment": Deployment, "Service": Service}
"""Kinds of Kubernetes' own, which the API server fills with defaults: only what the guide says of them is compared."""
FILLED_IN = (
    "conversionStrategy",
    "decodingStrategy",
    "metadataPolicy",
    "engineVersion",
    "weight",
    "group",
)
"""Last words of fields that definitions fill with a default where nobody writes them."""
SECRETS = ("botPassphrase", "registryToken", "slackWebhook", "discordWebhook")
REPOSITORY = "/repos/developer-friendly/echo-server"
CONFIG = {
    "parameterPrefix": "/github",
    "bot": {"login": BOT, "name": "Developer Friendly Bot", "email": BOT_EMAIL},
    "monitoring": {
        "slackParameter": "/slack/developer-friendly/webhooks/alerts",
        "discordParameter": "/discord/developer-friendly/webhooks/info",
    },
    "notifications": [{"name": "alertmanager", "type": "alertmanager"}],
    "applications": [
        {
            "repository": "echo-server",
            "deployKey": {
                "title": "Developer Friendly Bot",
                "parameter": "/github/echo-server/deploy-key",
            },
            "kustomization": {
                "path": "./kustomize/overlays/dev",
                "force": True,
                "targetNamespace": "default",
            },
            "image": {
                "name": "ghcr.io/developer-friendly/echo-server",
                "private": True,
                "parameter": "/github/echo-server/ghcr-token",
            },
            "receiver": {
                "name": "github-receiver",
                "parameter": "/github/developer-friendly/blog/flux-system/receiver/token",
            },
        }
    ],
}


@pytest.fixture(scope="module")
def guide(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The lab with everything that the guide makes, by one `pulumi up`."""
    with deployed(world, "guide", tmp_path_factory.mktemp("guide")) as stack:
        stack.config |= CONFIG | {key: secret_value(key, world) for key in SECRETS}
        address = "http://kube-prometheus-stack-alertmanager.monitoring:9093/api/v2/alerts"
        stack.config["notificationSecrets"] = {"alertmanager": {"address": address}}
        stack.up()
        yield world
    monitoring.remove_leftovers(world)


def fields(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf of an object with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from fields(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from fields(each, f"{path}.{index}")
    else:
        yield path, value


def live(world: World, kind: str, name: str, namespace: str) -> dict[str, object]:
    """An object of the API server as it was written: its version and its spec."""
    known: Any = OWN.get(kind) or getattr(kinds, kind, None) or getattr(worlds, kind)
    found = eventually(world.cluster.get, known, name, namespace=namespace)
    raw = found.to_dict()
    return {"apiVersion": raw["apiVersion"], "spec": raw["spec"]}


@pytest.mark.parametrize("name", GUIDE)
def test_an_object_of_the_guide_has_its_counterpart(name: str, guide: World) -> None:
    kind, _, object_name = name.partition("/")
    delivered = kind in OWN or name == "HTTPRoute/echo-server"
    namespace = "default" if delivered else "flux-system"
    theirs = dict(fields(GUIDE[name]["guide"]))
    ours = dict(fields(live(guide, kind, object_name, namespace)))
    reasons = GUIDE[name].get("ours", {})
    compared = set(theirs) if kind in OWN else set(theirs) | set(ours)
    filled_in = {path for path in compared - theirs.keys() if path.endswith(FILLED_IN)}
    different = {path for path in compared - filled_in if theirs.get(path) != ours.get(path)}
    shown = {p: (theirs.get(p), ours.get(p)) for p in different ^ reasons.keys()}
    assert different == reasons.keys(), shown


def test_what_the_guide_has_tofu_make_is_made(guide: World) -> None:
    (key,) = guide.get(f"{REPOSITORY}/keys")
    assert (key["title"], key["read_only"]) == ("Developer Friendly Bot", False)
    assert {
        "/github/echo-server/deploy-key",
        "/github/echo-server/ghcr-token",
        f"/github/gpg-keys/{BOT}",
        "/github/developer-friendly/blog/flux-system/receiver/token",
    } <= guide.parameters("/github").keys()
    (gpg_key,) = guide.bot.get("/user/gpg_keys").json()
    assert [each["email"] for each in gpg_key["emails"]] == [BOT_EMAIL]
    (hook,) = guide.get(f"{REPOSITORY}/hooks")
    assert hook["active"]
    # The guide lists ping too, which GitHub sends by itself, and its URL has no path.
    assert hook["events"] == ["push"]
    config = hook["config"]
    assert isinstance(config, dict)
    assert (config["content_type"], config["insecure_ssl"]) == ("json", "0")
    assert "/hook/" in config["url"]


@pytest.mark.parametrize("name", ["echo-server-root", "webhook-receiver", "notifications"])
def test_nothing_is_left_to_kubectl(name: str, guide: World) -> None:
    """The guide's own Kustomizations apply what `pulumi up` applies here, so they have no counterpart."""
    found = guide.cluster.list(kinds.Kustomization, namespace="flux-system")
    assert name not in [each.metadata.name for each in found if each.metadata]
