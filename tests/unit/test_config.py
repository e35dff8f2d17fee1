"""Configuration: what is taken, and that everything else is refused in one message that says what to write."""

import os
from collections.abc import Mapping

import pulumi
import pytest

from components import config
from tests.unit.conftest import CONFIG, GATEWAY, Engine, raw

SECRET = "s3cr3t-" + "canary"
WITH_BOT = {"bot": {"login": "bot", "name": "Bot", "email": "a@b.c"}, "botToken": SECRET}


def faults(**changes: object) -> list[str]:
    values = {key: value for key, value in {**CONFIG, **changes}.items() if value is not None}
    return config.parse(raw(values))[2]


def app(**values: object) -> Mapping[str, object]:
    return {"repository": "echo-server", **values}


def test_the_least_configuration_is_taken_with_its_defaults() -> None:
    stack, applications, found = config.parse(raw(CONFIG))
    assert found == []
    (application,) = applications
    assert application.repository == "developer-friendly/echo-server"
    assert application.name == application.receiver_name == "echo-server"
    assert stack.base_url(stack.host or "") == "https://flux.example.com"
    assert stack.parameters(application) == (
        "/github/echo-server/deploy-key",
        "/github/developer-friendly/echo-server/flux-system/receiver/token",
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"owner": None}, "fluxhook:owner: is missing (GitHub organisation or user"),
        ({"ownr": "x"}, "fluxhook:ownr: is no known key; did you mean `owner`?"),
        ({"gateway": None}, "fluxhook:gateway: is missing; write exactly one of"),
        (
            {"gateway": {**GATEWAY, "nmae": 1}},
            "fluxhook:gateway.nmae: is no known key; did you mean `name`?",
        ),
        (
            {"host": "https://flux.example.com"},
            "fluxhook:host: is no DNS name; write only the name",
        ),
        (
            {"refreshInterval": "5 minutes"},
            "fluxhook:refreshInterval: is no duration; write one as Flux does",
        ),
        ({"tokenLength": 31}, "fluxhook:tokenLength: Input should be greater than or equal to 32"),
        ({"parameterPrefix": "github"}, "fluxhook:parameterPrefix: must be segments"),
        ({"parameterTier": "Huge"}, "fluxhook:parameterTier: Input should be 'Standard'"),
        ({"scheme": "http"}, "fluxhook:scheme: must be https while verifyTls is true"),
        ({"botPassphrase": SECRET}, "fluxhook:botPassphrase: has no bot; write `bot` too"),
        (
            {"registryToken": SECRET * 400},
            "fluxhook:registryToken: takes 5200 bytes, tier Standard has room for 4096",
        ),
        ({"applications": []}, "fluxhook:applications: is missing; write a list"),
        ({"applications": "echo-server"}, "fluxhook:applications: is missing; write a list"),
        (
            {"applications": ["echo-server"]},
            "applications[0]: is no map; write `- repository: name`",
        ),
        ({"applications": [{}]}, "applications[0].repository: is neither `name` nor `owner/name`"),
        ({"applications": [app(repository="a/b/c")]}, "applications[0].repository: is neither"),
        (
            {"applications": [app(), app(name="two")]},
            "applications[1].repository: has the repository of applications[0]",
        ),
        (
            {"applications": [app(), app(repository="o/echo-server")]},
            "applications[1].name: has the name of",
        ),
        (
            {"applications": [app(), app(repository="x", receiver={"name": "echo-server"})]},
            "applications[1].receiver.name: has the Receiver name of applications[0]",
        ),
        (
            {"applications": [app(), app(repository="o/echo-server", name="two")]},
            "applications[1].deployKey.parameter: has the SSM name of applications[0]",
        ),
        (
            {"applications": [app(brnch="x")]},
            "applications[0].brnch: is no known key; did you mean `branch`?",
        ),
        ({"applications": [app(interval="1d")]}, "applications[0].interval: is no duration"),
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
            {"applications": [app(image={"name": "ghcr.io/a/b", "private": True})]},
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
            "applications[0].deployKey.writable: must not be false, image automation pushes",
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
                ({"type": "newest"}, ".type: Input should be 'numerical', 'semver' or"),
                ({"type": "semver"}, ": has type semver, so write its range too"),
                (
                    {"range": ">=1.0.0"},
                    ": has a range, which numerical lacks; write `type: semver`",
                ),
                ({"type": "semver", "range": "1.x", "order": "desc"}, ": has an order, which"),
                ({"extract": "$1"}, ": has extract, so write its pattern too"),
                ({"patern": "x"}, ".patern: is no known key; did you mean `pattern`?"),
            )
        ],
        (
            {"bot": {"login": "bot", "name": "N" * 3400, "email": "a@b.c"}, "botToken": SECRET},
            "fluxhook:bot: takes",
        ),
        (
            {"bot": {"login": "bot", "name": "Bot", "email": "a@b.c"}},
            "fluxhook:botToken: is missing",
        ),
    ],
)
def test_bad_input_is_refused_and_told_what_to_write(
    changes: dict[str, object], fault: str
) -> None:
    found = faults(**changes)
    assert len([each for each in found if fault in each]) == 1, found


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
    stack, *_ = config.parse(raw({**CONFIG, "registryToken": SECRET}))
    assert SECRET not in repr(stack)


def test_the_bots_token_comes_from_the_environment_when_the_stack_has_none(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "GITHUB_BOT_TOKEN", SECRET)
    engine.up(bot={"login": "bot", "name": "Bot", "email": "a@b.c"}, botToken="")
    provider = next(
        each for each in engine.registered if each.name == "bot" and "providers" in each.typ
    )
    assert SECRET in str(provider.inputs["token"])


def test_a_larger_tier_takes_a_larger_secret() -> None:
    assert faults(registryToken="x" * 5000, parameterTier="Advanced") == []


def test_a_secret_that_stands_in_clear_is_refused(engine: Engine) -> None:
    engine.secrets_in_clear = True
    with pytest.raises(pulumi.RunError, match="registryToken: stands in clear") as refusal:
        engine.up(registryToken=SECRET)
    assert SECRET not in str(refusal.value)
    assert engine.registered == []
