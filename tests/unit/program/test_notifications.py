"""Notifications and monitoring: what they become, and what is refused."""

import json
from typing import Any

import pulumi
import pytest

import settings
from tests.unit.conftest import CONFIG, Engine, is_secret, raw, revealed, without_proof

SECRET = "https://chat.example.com/" + "s3cr3t"
WEBHOOKS = {"slackWebhook": SECRET, "discordWebhook": SECRET}


def faults(*notifications: dict[str, object], **more: object) -> list[str]:
    written = {**CONFIG, "notifications": list(notifications), **more}
    return settings.parse(raw(written), "unit")[1]


def to(name: str, kind: str = "slack", **values: object) -> dict[str, object]:
    return {"name": name, "type": kind, **values}


def spec(made: Any) -> dict[str, Any]:
    return revealed(made.inputs["spec"])  # type: ignore[return-value]


def test_a_notification_is_a_provider_a_secret_and_an_alert_for_each_severity(
    engine: Engine,
) -> None:
    team = to("team", channel="#a", username="flux", metadata={"env": "dev"}, exclude=["^x"])
    engine.up(notifications=[team], notificationSecrets={"team": {"address": SECRET}})
    assert spec(engine.one("Provider")) == {
        "type": "slack",
        "channel": "#a",
        "username": "flux",
        "secretRef": {"name": "team-provider"},
    }
    alerts = [spec(each) for each in engine.of("Alert")]
    assert {each["eventSeverity"] for each in alerts} == {"info", "error"}
    for alert in alerts:
        assert alert["providerRef"] == {"name": "team"}
        # An event says its own severity; the Alert's beside it would call an error information.
        assert alert["eventMetadata"] == {"env": "dev"}
        assert alert["exclusionList"] == ["^x"]
        assert [(each["kind"], each["name"]) for each in alert["eventSources"]] == [
            ("GitRepository", "*"),
            ("Kustomization", "*"),
            ("HelmRelease", "*"),
        ]
    names = {revealed(each.inputs["metadata"])["name"] for each in engine.of("Alert")}  # type: ignore[index]
    assert names == {"team-info", "team-error"}
    (parameter,) = [e for e in engine.of("Parameter") if "notifications" in e.inputs["name"]]
    assert parameter.inputs["name"] == "/github/notifications/team/address"
    assert is_secret(parameter.inputs["value"])


def test_an_address_that_is_no_secret_stands_in_the_provider_without_a_secret(
    engine: Engine,
) -> None:
    engine.up(notifications=[to("monitor", "alertmanager", address="http://am:9093")])
    assert spec(engine.one("Provider")) == {"type": "alertmanager", "address": "http://am:9093"}


@pytest.mark.parametrize("name", ["bot", "monitoring", "github-app"])
def test_a_notification_may_be_called_like_another_part_of_the_stack(
    engine: Engine, name: str
) -> None:
    engine.up(
        bot={"login": "b", "name": "B", "email": "a@b.c"},
        monitoring={},
        notifications=[to(name)],
        notificationSecrets={name: {"address": SECRET}},
        **WEBHOOKS,
    )
    parameters: dict[str, str] = {}

    async def ask() -> None:
        exported: Any = engine.exports["parameters"]
        parameters.update(await pulumi.Output.all(**exported).future() or {})

    engine.run(ask)
    assert {"bot/signing-key", "monitoring/slack", f"notification/{name}/address"} <= set(
        parameters
    )
    assert "signingKey" in engine.exports


@pytest.mark.parametrize(
    ("notification", "fault"),
    [
        (to("a", "smoke-signal"), ".type: is not known; write alertmanager, "),
        (to("a", "slak"), ".type: is not known; did you mean `slack`?"),
        (to("a"), ".address: is missing; write it, or run `pulumi config set --secret --stack"),
        (to("a", address="http://a", kinds=["Pod"]), ".kinds[0]: is not known; write Bucket, "),
        (to("a", address="http://a", kinds=[]), ".kinds: is an empty list"),
        (
            to("a", address="http://a", severities=["warning"]),
            ".severities[0]: is not known; write info or error",
        ),
        (to("a_b", address="http://a"), ".name: is not a Kubernetes name"),
        (to("a", address="http://a", chanel="x"), ".chanel: is not a known key; did you mean"),
        (to("b", address="http://a"), ".address: stands beside a secret one, which Flux takes"),
        (to("a", "nats", address="x"), ".channel: is missing, without which nats sends nothing"),
        (
            to("a", "generic-hmac", address="http://a"),
            ".type: generic-hmac sends nothing without token; run `pulumi config set --secret"
            " --stack unit --path notificationSecrets.a.token`",
        ),
        (
            to("a", "github", address="https://github.com/o/r"),
            ".type: github sends nothing without token or githubAppID; run",
        ),
        (to("c", "telegram"), ".channel: is missing, without which telegram sends nothing"),
    ],
)
def test_a_notification_that_would_tell_nobody_is_refused(
    notification: dict[str, object], fault: str
) -> None:
    kept = {"b": {"address": SECRET}, "c": {"token": SECRET}}
    known = [to("b"), to("c", "telegram", channel="x")]
    others = [each for each in known if each["name"] != notification["name"]]
    found = faults(notification, *others, notificationSecrets=kept)
    assert found[0].startswith(f"fluxhook:notifications[0]{fault}")
    assert all(each.startswith("fluxhook:notifications[0]") for each in found), found
    assert SECRET not in str(found)


def test_two_notifications_of_one_name_are_refused() -> None:
    (found,) = faults(to("a", address="http://a"), to("a", "msteams", address="http://b"))
    assert found == (
        "fluxhook:notifications[1].name: is the name of notifications[0] too; write another"
    )


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        ({"b": {"address": SECRET}}, ": names a notification that is not in the list; remove it"),
        (
            {"a": {"address": SECRET, "tokn": SECRET}},
            ".a: has a key that Flux does not read; did you mean `token`?",
        ),
        (
            {"a": {"address": SECRET + "x" * 5000, "token": SECRET}},
            f".a.address: has {len(SECRET) + 5000} bytes, tier Standard takes 4096",
        ),
        ({"a": SECRET}, ".a: must be a map; write"),
    ],
)
def test_a_secret_that_nothing_would_read_is_refused(kept: dict[str, object], fault: str) -> None:
    address = {} if "a" in kept and isinstance(kept["a"], dict) else {"address": "http://a"}
    (found,) = faults(to("a", **address), notificationSecrets=kept)
    assert found.startswith(f"fluxhook:notificationSecrets{fault}")
    assert SECRET not in found


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"monitoring": {}, "slackWebhook": SECRET}, "monitoring: needs discordWebhook; run"),
        ({"monitoring": {}, "discordWebhook": SECRET}, "monitoring: needs slackWebhook; run"),
        (
            {"slackWebhook": SECRET},
            "slackWebhook: is of no use without monitoring; write `monitoring` too",
        ),
    ],
)
def test_monitoring_and_its_webhooks_go_together(values: dict[str, object], fault: str) -> None:
    (found,) = faults(**values)
    assert found.startswith(f"fluxhook:{fault}")


def test_monitoring_sends_information_to_discord_and_errors_to_slack(engine: Engine) -> None:
    engine.up(monitoring={"channel": "#on-call", "version": "58.7.x"}, **WEBHOOKS)
    made = spec(engine.one("AlertmanagerConfig"))
    routes = {each["matchers"][0]["value"]: each["receiver"] for each in made["route"]["routes"]}
    assert routes == {"info": "discord", "error": "slack"}
    _, slack, discord = made["receivers"]
    assert slack["slackConfigs"][0]["channel"] == "#on-call"
    (key,) = {each["apiURL"]["name"] for each in slack["slackConfigs"] + discord["discordConfigs"]}
    assert key == "alertmanager-webhooks"
    # What Flux sends has a message, no description.
    for text in (slack["slackConfigs"][0]["text"], discord["discordConfigs"][0]["message"]):
        assert "{{ or .Annotations.description .Annotations.message }}" in text
    release = spec(engine.one("HelmRelease"))
    assert release["chart"]["spec"]["version"] == "58.7.x"
    assert release["targetNamespace"] == "monitoring"
    strategy = release["values"]["alertmanager"]["alertmanagerSpec"]
    assert strategy == {"alertmanagerConfigMatcherStrategy": {"type": "None"}}
    assert release["install"]["crds"] == "Create"
    assert release["upgrade"]["crds"] == "CreateReplace"
    metadata: Any = revealed(engine.one("HelmRelease").inputs["metadata"])
    assert without_proof(metadata["annotations"])["pulumi.com/waitFor"] == "condition=Ready"
    order = [each.typ.rpartition(":")[2] for each in engine.registered]
    assert order.index("HelmRelease") < order.index("AlertmanagerConfig")
    shown = json.dumps([e.inputs for e in engine.registered if e.typ.endswith("Config")])
    assert SECRET not in shown


def test_the_parameters_of_monitoring_lie_below_the_prefix_unless_named(engine: Engine) -> None:
    engine.up(monitoring={"slackParameter": "/dev/slack"}, **WEBHOOKS)
    names = {each.inputs["name"] for each in engine.of("Parameter")}
    assert names >= {"/dev/slack", "/github/monitoring/discord-webhook"}
    assert "/github/monitoring/slack-webhook" not in names


def test_the_two_chats_have_a_parameter_each() -> None:
    (found,) = faults(
        monitoring={"slackParameter": "/chats", "discordParameter": "/chats"}, **WEBHOOKS
    )
    assert found == (
        "fluxhook:monitoring.discordParameter: is the SSM name /chats,"
        " which fluxhook:monitoring.slackParameter has too; write another"
    )


def test_monitoring_is_nothing_unless_asked(engine: Engine) -> None:
    engine.up()
    assert not engine.of("HelmRelease")
    assert not engine.of("AlertmanagerConfig")
