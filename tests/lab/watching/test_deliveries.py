"""`fluxhook deliveries`: what a webhook did not deliver is found, sent again, and then applied."""

import json
from typing import Any

from lab.world import push
from tests.lab.watching.breakages import stopped
from tests.lab.watching.conftest import NAME, Watched
from tests.lab.watching.verbs import fluxhook


def events(watched: Watched, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """What the verb lists."""
    printed = fluxhook(watched, "deliveries", *arguments, "--output", "json", code=code)
    found: list[dict[str, Any]] = json.loads(printed)["events"]
    return found


def test_a_lost_push_is_listed_sent_again_and_applied(watched: Watched) -> None:
    # What other tests broke is not to be sent again here.
    events(watched, "--failed", "--redeliver")
    assert events(watched, "--failed") == []
    number = len(watched.application.deliveries())
    with stopped(watched, "gateway"):
        sha = watched.application.push(7)
        watched.application.await_delivery(number + 1, 502)
        (lost,) = events(watched, "--failed", "--since", "1h", code=1)
        assert (lost["repository"], lost["event"]) == (push.full_name(NAME), "push")
        assert [each["status"] for each in lost["attempts"]] == ["failed to connect to host"]
        printed = fluxhook(watched, "deliveries", "--failed", code=1).splitlines()
        assert printed[0].endswith(f"{lost['guid']}: failed to connect to host")
        assert printed[-1].startswith("✗ 1 event of 2 webhooks, 1 not delivered")
    (sent,) = events(watched, "--failed", "--redeliver")
    assert [each["status_code"] for each in sent["attempts"]] == [502, 200]
    assert (sent["guid"], sent["succeeded"]) == (lost["guid"], True)
    watched.application.await_applied(sha)
    assert events(watched, "--failed") == []
    assert lost["guid"] in {each["guid"] for each in events(watched)}
