"""Deliveries that are asked for again: what is repeated, and where it goes."""

import hashlib
import hmac

from tests.github.lab import HOST, Lab
from tests.github.webhooks.receiver import Receiver
from tests.github.webhooks.test_deliveries import last_delivery, make_hook


def test_a_redelivery_repeats_guid_and_payload_and_repairs(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    receiver.status = 500
    lab.push()
    lab.settle()
    failed = last_delivery(lab, hook)
    receiver.status = 200
    with lab.client() as client:
        answer = client.post(f"{hook}/deliveries/{failed.id}/attempts")
    lab.settle()
    repaired = last_delivery(lab, hook)

    assert answer.status_code == 202
    assert (repaired.status, repaired.redelivery, failed.redelivery) == ("OK", True, False)
    assert repaired.guid == failed.guid and repaired.id != failed.id
    assert receiver.received[-1].body == receiver.received[-2].body


def test_a_redelivery_goes_where_the_hook_points_now(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    with lab.client() as client:
        changed = {"url": f"https://{HOST}/hook/new", "secret": "t" * 32}
        client.patch(f"{hook}/config", json=changed).raise_for_status()
        client.post(f"{hook}/deliveries/{last_delivery(lab, hook).id}/attempts")
    lab.settle()

    again = receiver.received[-1]
    digest = hmac.new(b"t" * 32, again.body, hashlib.sha256).hexdigest()
    assert again.path == "/hook/new"
    assert again.headers["X-Hub-Signature-256"] == f"sha256={digest}"
