"""Deliveries that GitHub has in its queue while the webhook changes."""

import hashlib
import hmac

import pytest

from lab.github.model.config import Rights
from tests.github.lab import HOST, Lab
from tests.github.webhooks.receiver import Receiver
from tests.github.webhooks.test_deliveries import SECRET, make_hook

QUEUE = "/_lab/deliveries"


def hold_back(lab: Lab, seconds: float) -> None:
    with lab.client() as client:
        assert client.put(QUEUE, json={"held_back": seconds}).status_code == 204


def test_what_is_in_the_queue_goes_where_the_hook_pointed_at_the_event(
    lab: Lab, receiver: Receiver
) -> None:
    hook = make_hook(lab)
    hold_back(lab, 1)
    pushes = 12
    for number in range(pushes):
        lab.push(f"change {number}")
    with lab.client() as client:
        config = {"url": f"https://{HOST}/hook/new", "secret": "t" * 32, "content_type": "json"}
        client.patch(hook, json={"config": config}).raise_for_status()
    before = len(receiver.received)
    assert before < pushes + 1, "some wait"
    hold_back(lab, 0)
    lab.push("after the change")
    lab.settle()

    told = [item for item in receiver.received if item.headers["X-GitHub-Event"] == "push"]
    assert len(told) == pushes + 1, "held back, not lost"
    old = [item for item in told if item.path != "/hook/new"]
    assert len(old) == pushes
    for item in old:
        digest = hmac.new(SECRET.encode(), item.body, hashlib.sha256).hexdigest()
        assert item.headers["X-Hub-Signature-256"] == f"sha256={digest}"


@pytest.mark.parametrize(
    ("rights", "body", "code"),
    [
        (Rights.BOT, {"held_back": 1}, 403),
        (Rights.ORGANISATION, {"held_back": -1}, 422),
        (Rights.ORGANISATION, {"held_back": 61}, 422),
        (Rights.ORGANISATION, {}, 422),
    ],
)
def test_the_queue_is_the_organisations_and_ends(
    lab: Lab, rights: Rights, body: dict[str, float], code: int
) -> None:
    with lab.client(rights) as client:
        assert client.put(QUEUE, json=body).status_code == code
