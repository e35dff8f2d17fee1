"""Configuration: what is taken, and that everything else is refused in one message that says what to write."""

import pulumi
import pytest

import settings
from tests.unit.conftest import CONFIG, GATEWAY, Engine, raw
from tests.unit.examples import app, faults

SECRET = "s3cr3t-" + "canary"
FIRST = "fluxhook:applications[0]"
WITH_BOT = {"bot": {"login": "bot", "name": "Bot", "email": "a@b.c"}}


def test_the_least_configuration_is_taken_with_its_defaults() -> None:
    found, told = settings.parse(raw(CONFIG), "unit")
    assert told == []
    (application,) = found.applications
    assert application.repository == "developer-friendly/echo-server"
    assert application.name == application.receiver_name == "echo-server"
    assert {each.path: each.name for each in settings.parameter_names(found)} == {
        f"{FIRST}.deployKey.parameter": "/github/developer-friendly/echo-server/deploy-key",
        f"{FIRST}.receiver.parameter": (
            "/github/developer-friendly/echo-server/flux-system/receiver/token"
        ),
    }


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"owner": None}, "fluxhook:owner: is missing (GitHub organisation or user"),
        ({"ownr": "x"}, "fluxhook:ownr: is not a known key; did you mean `owner`?"),
        ({"gateway": None}, "fluxhook:gateway: is missing; write exactly one of"),
        (
            {"gateway": {**GATEWAY, "nmae": 1}},
            "fluxhook:gateway.nmae: is not a known key; did you mean `name`?",
        ),
        (
            {"host": "https://flux.example.com"},
            "fluxhook:host: is not a DNS name; write the name alone",
        ),
        (
            {"refreshInterval": "5 minutes"},
            "fluxhook:refreshInterval: is not a duration; write one with its unit as Flux does",
        ),
        ({"tokenLength": 31}, "fluxhook:tokenLength: is too small; the least is 32"),
        ({"parameterPrefix": "github"}, "fluxhook:parameterPrefix: must be segments"),
        (
            {"parameterTier": "Huge"},
            "fluxhook:parameterTier: is not known; write Standard, Advanced or Intelligent-Tiering",
        ),
        ({"scheme": "http"}, "fluxhook:scheme: must be https while verifyTls is true"),
        (
            {"botPassphrase": SECRET},
            "fluxhook:botPassphrase: is of no use without a bot; write `bot` too",
        ),
        (
            {"registryToken": SECRET * 400},
            "fluxhook:registryToken: has 5200 bytes, tier Standard takes 4096",
        ),
        ({"applications": []}, "fluxhook:applications: is missing; write a list"),
        ({"applications": "echo-server"}, "fluxhook:applications: must be a list; write"),
        ({"applications": {"a": "b"}}, "fluxhook:applications: must be a list; write"),
        (
            {"applications": ["echo-server"]},
            "applications[0]: is not a map; write `- repository: name`",
        ),
        (
            {"applications": [{}]},
            "applications[0].repository: is missing; write `name` or `owner/name`",
        ),
        *[
            (
                {"applications": [app(repository=repository)]},
                "applications[0].repository: is not `name` or `owner/name` of a GitHub repository",
            )
            for repository in ("a/b/c", "echo-server.git", "https://github.com/o/r", 7)
        ],
        (
            {"applications": [app(), app(name="two")]},
            "applications[1].repository: is the repository of applications[0] too; write another",
        ),
        (
            {"applications": [app(), app(repository="o/echo-server")]},
            "applications[1].name: is the name of applications[0] too; write another",
        ),
        (
            {"applications": [app(), app(repository="x", receiver={"name": "echo-server"})]},
            "applications[1].receiver.name: is the Receiver name of applications[0] too",
        ),
        (
            {"applications": [app(brnch="x")]},
            "applications[0].brnch: is not a known key; did you mean `branch`?",
        ),
        ({"applications": [app(interval="1d")]}, "applications[0].interval: is not a duration"),
        (
            {"applications": [app(deployKey={"parameter": "key"})]},
            "deployKey.parameter: must be segments",
        ),
        ({"applications": [app(receiver={"events": ["push"]})]}, "receiver.events: must have ping"),
        (
            {"applications": [app(webhook={"events": ["ping", "push"]})]},
            "webhook.events: must not have ping",
        ),
        (
            {"applications": [app(webhook={"events": ["release"]})]},
            "has release, which receiver.events lacks",
        ),
        (
            {"applications": [app(kustomization={"dependsOn": ["echo-server"]})]},
            "dependsOn: names itself",
        ),
        (
            {
                "applications": [
                    app(image={"name": "ghcr.io/a/b", "private": True, "automation": False})
                ]
            },
            "applications[0].image.private: needs fluxhook:registryToken",
        ),
        (
            {"applications": [app(image={"name": "ghcr.io/a/b"})]},
            "applications[0].image.automation: needs a bot to commit; write fluxhook:bot, or write false",
        ),
        (
            {
                **WITH_BOT,
                "applications": [app(image={"name": "ghcr.io/a/b"}, deployKey={"writable": False})],
            },
            "applications[0].deployKey.writable: must not be false, since image automation",
        ),
        *[
            (
                {
                    **WITH_BOT,
                    "applications": [app(image={"name": "ghcr.io/a/b", "policy": policy})],
                },
                f"applications[0].image.policy{fault}",
            )
            for policy, fault in (
                (
                    {"type": "newest"},
                    ".type: is not known; write numerical, semver or alphabetical",
                ),
                ({"type": "semver"}, ".range: is missing, which type semver needs"),
                (
                    {"range": ">=1.0.0"},
                    ".range: is of no use with type numerical; write `type: semver`",
                ),
                ({"type": "semver", "range": "1.x", "order": "desc"}, ".order: is of no use with"),
                ({"extract": "$1"}, ".extract: needs a pattern"),
                ({"patern": "x"}, ".patern: is not a known key; did you mean `pattern`?"),
            )
        ],
        (
            {"bot": {"login": "bot", "name": "N" * 3400, "email": "a@b.c"}},
            "fluxhook:bot: has",
        ),
    ],
)
def test_bad_input_is_refused_and_told_what_to_write(
    changes: dict[str, object], fault: str
) -> None:
    found = faults(**changes)
    assert len(found) == 1, "one mistake is one fault"
    assert fault in found[0]


def test_every_fault_is_told_in_one_message(engine: Engine) -> None:
    with pytest.raises(pulumi.RunError) as refusal:
        engine.up(
            owner=None, host="x", applications=[app(interval="x", receiver={"events": ["push"]})]
        )
    message = str(refusal.value)
    assert "Pulumi.unit.yaml has 4 faults; nothing was written" in message
    for where in ("fluxhook:owner", "fluxhook:host", "[0].interval", "[0].receiver.events"):
        assert where in message
    assert engine.registered == []


@pytest.mark.parametrize(
    "key", ["botPassphrase", "botTokn", "registryToken", "gateway", "applications", "owner", "host"]
)
def test_no_fault_repeats_a_value(key: str) -> None:
    long = SECRET + " " * 5000
    assert SECRET not in str(faults(**{key: long}))
    assert SECRET not in str(faults(applications=[app(**{key: SECRET}), app(brnch=SECRET), SECRET]))


def test_a_secret_does_not_show_when_the_values_are_printed() -> None:
    found, _ = settings.parse(raw({**CONFIG, "registryToken": SECRET}), "unit")
    assert SECRET not in repr(found)


def test_a_bot_without_its_own_token_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_BOT_TOKEN")
    with pytest.raises(
        pulumi.RunError, match=r"fluxhook:bot: needs the bot's token in \$GITHUB_BOT_TOKEN"
    ):
        engine.up(bot={"login": "bot", "name": "Bot", "email": "a@b.c"})
    engine.up(bot={"login": "bot", "name": "Bot", "email": "a@b.c", "signing": "ssh"})


def test_a_larger_tier_takes_a_larger_secret() -> None:
    assert faults(registryToken="x" * 5000, parameterTier="Advanced") == []


def test_a_secret_that_stands_in_clear_is_refused(engine: Engine) -> None:
    engine.secrets_in_clear = True
    with pytest.raises(
        pulumi.RunError, match="registryToken: is not encrypted; replace"
    ) as refusal:
        engine.up(registryToken=SECRET)
    assert SECRET not in str(refusal.value)
    assert engine.registered == []
