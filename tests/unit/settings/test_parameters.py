"""SSM names: where they come from, and that no two secrets of a stack share one."""

import pytest

import settings
from tests.unit.conftest import CONFIG, raw
from tests.unit.examples import APP, BOT, app, faults

ECHO = "/github/developer-friendly/echo-server"
CHAT = {
    "notifications": [{"name": "chat", "type": "slack"}],
    "notificationSecrets": {"chat": {"address": "https://chat.example.com"}},
}
MONITORING = {"monitoring": {}, "slackWebhook": "slack", "discordWebhook": "discord"}
WITH_BOT = {"bot": BOT, "botPassphrase": "words"}
CHARTS = {"url": "https://charts.example.com", "username": "user"}
EVERYTHING = {
    **APP,
    **CHAT,
    **MONITORING,
    **WITH_BOT,
    "registryToken": "token",
    "chartToken": "token",
    "commitStatusToken": "token",
    "clusterSync": {"repository": "fleet", "path": "./clusters/east"},
    "applications": [
        app(image={"name": "ghcr.io/o/r", "private": True}, commitStatus=True),
        {"repository": "shop", "helmRelease": {"chart": "shop", "repository": CHARTS}},
    ],
}


def names(**changes: object) -> dict[str, str]:
    """SSM names by the place in the file to which each belongs."""
    found, told = settings.parse(raw({**CONFIG, **changes}), "unit")
    assert told == []
    return {
        f"{each.path} {each.name.rpartition('/')[2]}": each.name
        for each in settings.parameter_names(found)
    }


def test_every_secret_of_a_stack_has_a_name() -> None:
    first, second = "fluxhook:applications[0]", "fluxhook:applications[1]"
    shop, fleet = "/github/developer-friendly/shop", "/github/developer-friendly/fleet"
    assert names(**EVERYTHING) == {
        "fluxhook:bot bot": "/github/gpg-keys/bot",
        "fluxhook:botPassphrase passphrase": "/github/gpg-keys/bot/passphrase",
        "fluxhook:githubAppPrivateKey private-key": "/github/github-app/12/private-key",
        "fluxhook:monitoring.slackParameter slack-webhook": "/github/monitoring/slack-webhook",
        "fluxhook:monitoring.discordParameter discord-webhook": (
            "/github/monitoring/discord-webhook"
        ),
        "fluxhook:notificationSecrets.chat.address address": "/github/notifications/chat/address",
        f"{first}.deployKey.parameter deploy-key": f"{ECHO}/deploy-key",
        f"{first}.image.parameter ghcr-token": f"{ECHO}/ghcr-token",
        f"{first}.commitStatus commit-status-token": f"{ECHO}/commit-status-token",
        f"{first}.receiver.parameter token": f"{ECHO}/flux-system/receiver/token",
        f"{second}.deployKey.parameter deploy-key": f"{shop}/deploy-key",
        f"{second}.helmRelease.repository.parameter chart-token": f"{shop}/chart-token",
        f"{second}.receiver.parameter token": f"{shop}/flux-system/receiver/token",
        "fluxhook:clusterSync deploy-key": f"{fleet}/clusters/east/deploy-key",
        "fluxhook:clusterSync token": f"{fleet}/clusters/east/receiver/token",
    }


def test_a_stack_without_parameter_store_has_no_name() -> None:
    assert names(**EVERYTHING, secrets={"backend": "kubernetes"}) == {}


def test_repositories_of_one_name_and_two_owners_stand_side_by_side() -> None:
    assert len(names(applications=[app(), app(repository="o/echo-server", name="two")])) == 4


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        ("deployKey.parameter", {"deployKey": {"parameter": "/mine"}}),
        ("receiver.parameter", {"receiver": {"parameter": "/mine"}}),
        (
            "image.parameter",
            {"image": {"name": "o/r", "private": True, "automation": False, "parameter": "/mine"}},
        ),
        (
            "helmRelease.repository.parameter",
            {"helmRelease": {"chart": "c", "repository": {**CHARTS, "parameter": "/mine"}}},
        ),
    ],
)
def test_a_written_name_takes_the_place_of_the_default(key: str, entry: dict[str, object]) -> None:
    secrets = {"registryToken": "token", "chartToken": "token"}
    found = names(**secrets, applications=[app(**entry)])
    assert found[f"fluxhook:applications[0].{key} mine"] == "/mine"


@pytest.mark.parametrize(
    ("changes", "change", "name", "other"),
    [
        (
            {**WITH_BOT, "applications": [app(deployKey={"parameter": "/github/gpg-keys/bot"})]},
            "applications[0].deployKey.parameter: is",
            "/github/gpg-keys/bot",
            "bot",
        ),
        (
            {**MONITORING, "monitoring": {"slackParameter": f"{ECHO}/deploy-key"}},
            "monitoring.slackParameter: is",
            f"{ECHO}/deploy-key",
            "applications[0].deployKey.parameter",
        ),
        (
            {
                **CHAT,
                "applications": [
                    app(receiver={"parameter": "/github/notifications/chat/address"})
                ],
            },
            "applications[0].receiver.parameter: is",
            "/github/notifications/chat/address",
            "notificationSecrets.chat.address",
        ),
        (
            {**APP, "applications": [app(receiver={"parameter": "/github/github-app/12/private-key"})]},
            "applications[0].receiver.parameter: is",
            "/github/github-app/12/private-key",
            "githubAppPrivateKey",
        ),
        (
            {
                "applications": [
                    app(),
                    app(repository="shop", deployKey={"parameter": f"{ECHO}/deploy-key"}),
                ]
            },
            "applications[1].deployKey.parameter: is",
            f"{ECHO}/deploy-key",
            "applications[0].deployKey.parameter",
        ),
        (
            {"applications": [app(deployKey={"parameter": "/x"}, receiver={"parameter": "/x"})]},
            "applications[0].receiver.parameter: is",
            "/x",
            "applications[0].deployKey.parameter",
        ),
        (
            {
                "clusterSync": {"repository": "fleet", "path": "./flux-system"},
                "applications": [app(name="fleet")],
            },
            "applications[0].receiver.parameter: has as its default",
            "/github/developer-friendly/fleet/flux-system/receiver/token",
            "clusterSync",
        ),
        (
            {
                "clusterSync": {"repository": "fleet", "path": "./"},
                "applications": [
                    app(deployKey={"parameter": "/github/developer-friendly/fleet/deploy-key"})
                ],
            },
            "applications[0].deployKey.parameter: is",
            "/github/developer-friendly/fleet/deploy-key",
            "clusterSync",
        ),
    ],
)  # fmt: skip
def test_two_secrets_in_one_parameter_are_refused_with_both_places_and_the_key_to_change(
    changes: dict[str, object], change: str, name: str, other: str
) -> None:
    (found,) = faults(**changes)
    told = f"fluxhook:{change} the SSM name {name}, which fluxhook:{other} has too; write another"
    assert found == told


def test_a_prefix_that_makes_names_too_deep_is_one_fault() -> None:
    (found,) = faults(parameterPrefix="/a" * 12, applications=[app(), app(repository="shop")])
    assert found.startswith("fluxhook:parameterPrefix: makes the SSM name /a/a")
    assert found.endswith("must have at most 15 levels; write a shorter one")
