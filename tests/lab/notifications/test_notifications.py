"""Notifications: what Flux does with a real application arrives where the stack says, and the address stays secret."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lab.world import push
from lab.world.kinds import Provider
from tests.deployment import Deployment, deployed
from tests.lab.conftest import EXAMPLE, NAMESPACE, OVERLAY
from tests.lab.notifications.sink import Sink, sink
from tests.world import World, eventually

NAME = "told"
# Words that no message has, so that this one is never left out by accident.
EXCLUDED = "never-" + "mind"


@dataclass
class Told:
    """An application that failed, then succeeded, and whoever was told."""

    stack: Deployment
    chat: Sink
    secret: str

    def events(self, path: str) -> list[dict[str, Any]]:
        """Events of the application that were sent by a notification of type generic."""
        found = self.chat.at(f"/{self.secret}/{path}")
        return [each for each in found if each["involvedObject"]["name"] == NAME]


def commit(world: World, message: str, overlay: str) -> str:
    files = {**push.example(EXAMPLE), OVERLAY: overlay}
    with push.connect(world.state) as github:
        return push.commit(github, push.full_name(NAME), message, files)


@pytest.fixture(scope="module")
def told(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A stack whose application is broken at first, and mended by a push."""
    secret = secrets.token_hex()
    notifications: list[dict[str, object]] = [
        {
            "name": "everything",
            "type": "generic",
            "severities": ["info"],
            "metadata": {"cluster": "lab"},
            "exclude": [EXCLUDED],
        },
        {"name": "nothing", "type": "generic", "exclude": ["."]},
        {"name": "failures", "type": "generic", "severities": ["error"]},
        {"name": "monitor", "type": "alertmanager"},
        {"name": "team", "type": "slack", "channel": "#deployments", "username": "Flux"},
        {"name": "guild", "type": "discord"},
    ]
    names = [str(each["name"]) for each in notifications]
    with sink() as chat, deployed(world, NAME, tmp_path_factory.mktemp(NAME)) as stack:
        commit(world, "Broken", "resources: [../../nowhere]\n")
        stack.config |= {
            "notifications": notifications,
            "notificationSecrets": {
                name: {"address": f"{chat.url}/{secret}/{name}"} for name in names
            },
            "applications": [
                {
                    "repository": NAME,
                    "interval": "1h",
                    "createNamespace": True,
                    "kustomization": {
                        "path": "./kustomize/overlays/dev",
                        "interval": "1h",
                        "targetNamespace": NAME,
                    },
                }
            ],
        }
        stack.up()
        made = Told(stack, chat, secret)
        # The first failure may have come before the last of the Alerts.
        broken = commit(world, "Still broken", "resources: [../../nowhere]\n# Again.\n")
        for path in ("failures", "everything"):
            await_told(made, "error", path, broken)
        mended = commit(world, "Mended", push.example(EXAMPLE)[OVERLAY])
        await_told(made, "info", "everything", mended)
        yield made


def await_told(told: Told, severity: str, path: str, revision: str = "") -> None:
    """Return once the Kustomization's event has arrived."""

    def check() -> None:
        assert [
            each
            for each in told.events(path)
            if each["severity"] == severity
            and each["involvedObject"]["kind"] == "Kustomization"
            and revision in each["metadata"].get("revision", "")
        ], told.chat.received

    eventually(check)


def test_a_failure_and_a_success_are_told_of_source_and_kustomization(told: Told) -> None:
    await_told(told, "error", "everything")
    found = {
        (each["severity"], each["involvedObject"]["kind"]) for each in told.events("everything")
    }
    assert found == {
        ("info", "GitRepository"),
        ("error", "Kustomization"),
        ("info", "Kustomization"),
    }
    assert {each["metadata"]["cluster"] for each in told.events("everything")} == {"lab"}


def test_an_alert_of_severity_error_tells_failures_alone(told: Told) -> None:
    assert {each["severity"] for each in told.events("failures")} == {"error"}
    assert any("nowhere" in each["message"] for each in told.events("failures"))


def test_a_message_that_is_excluded_is_not_told(told: Told) -> None:
    assert told.events("nothing") == []


def test_alertmanager_gets_alerts_with_the_events_own_severity(told: Told) -> None:
    def check() -> None:
        found = [alert for body in told.chat.at(f"/{told.secret}/monitor") for alert in body]
        own = [each for each in found if each["labels"]["name"] == NAME]
        by_kind = {(each["labels"]["kind"], each["labels"]["severity"]): each for each in own}
        failed = by_kind["Kustomization", "error"]
        assert failed["status"] == "firing"
        assert "nowhere" in failed["annotations"]["message"]
        assert ("Kustomization", "info") in by_kind

    eventually(check)


def attachments(bodies: list[Any]) -> list[dict[str, Any]]:
    return [each for body in bodies for each in body["attachments"]]


def colours_of(found: list[dict[str, Any]]) -> set[str]:
    author = f"kustomization/{NAME}.{NAMESPACE}"
    return {each["color"] for each in found if each["author_name"] == author}


@pytest.mark.parametrize("path", ["team", "guild/slack"])
def test_a_chat_gets_failures_and_successes(told: Told, path: str) -> None:
    def check() -> None:
        found = attachments(told.chat.at(f"/{told.secret}/{path}"))
        assert colours_of(found) == {"danger", "good"}

    eventually(check)


def test_a_message_to_slack_has_its_channel_and_sender(told: Told) -> None:
    found = told.chat.at(f"/{told.secret}/team")
    assert {(each["channel"], each["username"]) for each in found} == {("#deployments", "Flux")}


def test_a_secret_address_stands_nowhere_in_clear(world: World, told: Told) -> None:
    shown = {
        "state": told.stack.state(),
        "export": told.stack.pulumi("stack", "export").output,
        "outputs": told.stack.pulumi("stack", "output", "--json").output,
        "preview": told.stack.preview("--diff").output,
        "file": told.stack.file.read_text(),
        "providers": str([each.spec for each in world.cluster.list(Provider, namespace=NAMESPACE)]),
    }
    assert [place for place, text in shown.items() if told.secret in text] == []
    address = world.parameters(f"/{NAME}/notifications")[f"/{NAME}/notifications/team/address"]
    assert address == f"{told.chat.url}/{told.secret}/team"
    stored = told.stack.output("parameters")
    assert stored["notification/team/address"] == f"/{NAME}/notifications/team/address"
