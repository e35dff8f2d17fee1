"""Deliveries: what reaches the receiver, and what GitHub records of it."""

import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest
from githubkit_schemas.v2026_03_10.models import HookDelivery, WebhookPush

from lab.github.webhooks.rules import MASK
from tests.github.lab import HOST, ORGANISATION, RECEIVER, REPOSITORY, Lab
from tests.github.webhooks.receiver import Receiver

HOOKS = f"/repos/{ORGANISATION}/{REPOSITORY}/hooks"
SECRET = "s" * 32


def make_hook(lab: Lab, url: str = RECEIVER, **config: object) -> str:
    """Makes a hook for pushes and lets its ping pass; its path."""
    with lab.client() as client:
        settings = {"url": url, "content_type": "json", "secret": SECRET} | config
        answer = client.post(HOOKS, json={"config": settings, "events": ["push"]})
    assert answer.status_code == 201, answer.text
    lab.settle()
    return f"{HOOKS}/{answer.json()['id']}"


def last_delivery(lab: Lab, hook: str) -> HookDelivery:
    """The newest recorded delivery, with request and response."""
    with lab.client() as client:
        newest = client.get(f"{hook}/deliveries").json()[0]
        answer = client.get(f"{hook}/deliveries/{newest['id']}")
    return HookDelivery.model_validate_json(answer.content)


def test_a_new_hook_is_pinged_at_once(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)

    (ping,) = receiver.received
    assert ping.headers["X-GitHub-Event"] == "ping"
    assert json.loads(ping.body)["hook_id"] == int(hook.rpartition("/")[2])
    with lab.client() as client:
        last = client.get(hook).json()["last_response"]
    assert last == {"code": 200, "status": "active", "message": "OK"}


def test_a_delivery_is_signed_and_addressed_like_githubs(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    lab.push()
    lab.settle()

    push = receiver.received[-1]
    key = SECRET.encode()
    sha256 = hmac.new(key, push.body, hashlib.sha256).hexdigest()
    assert push.headers["X-Hub-Signature-256"] == f"sha256={sha256}"
    sha1 = hmac.new(key, push.body, hashlib.sha1).hexdigest()
    assert push.headers["X-Hub-Signature"] == f"sha1={sha1}"
    assert push.headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert push.headers["X-GitHub-Hook-ID"] == hook.rpartition("/")[2]
    assert push.headers["Content-Type"] == "application/json"
    assert (push.headers["Host"], push.server_name) == (HOST, HOST)
    assert push.path == "/hook/0123456789abcdef"


def test_a_push_tells_what_moved(lab: Lab, receiver: Receiver) -> None:
    make_hook(lab)
    first = lab.push("one", **{"a.txt": "1", "b/c.txt": "1"})
    second = lab.push("two", **{"a.txt": "2"})
    lab.settle()

    events = [WebhookPush.model_validate_json(item.body) for item in receiver.received[1:]]
    assert [(event.before, event.after) for event in events] == [("0" * 40, first), (first, second)]
    assert events[0].created and not events[1].created and not events[1].forced
    assert events[1].ref == "refs/heads/main"
    assert events[0].commits[0].added == ["a.txt", "b/c.txt"]
    assert events[1].head_commit is not None
    assert events[1].head_commit.message == "two"
    assert (events[1].head_commit.modified, events[1].head_commit.added) == (["a.txt"], [])
    assert events[1].repository.full_name == f"{ORGANISATION}/{REPOSITORY}"
    assert events[1].pusher.name == ORGANISATION


def test_a_form_hook_carries_the_payload_in_a_field(lab: Lab, receiver: Receiver) -> None:
    make_hook(lab, content_type="form")

    (ping,) = receiver.received
    assert ping.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "zen" in json.loads(parse_qs(ping.body.decode())["payload"][0])
    digest = hmac.new(SECRET.encode(), ping.body, hashlib.sha256).hexdigest()
    assert ping.headers["X-Hub-Signature-256"] == f"sha256={digest}"


def test_without_a_secret_nothing_is_signed(lab: Lab, receiver: Receiver) -> None:
    make_hook(lab, secret="")

    assert not [name for name in receiver.received[0].headers if "signature" in name.lower()]


def test_request_and_response_are_recorded(lab: Lab, receiver: Receiver) -> None:
    receiver.status, receiver.body, receiver.headers = 400, b"bad signature", {"X-Why": "hmac"}
    delivery = last_delivery(lab, hook := make_hook(lab))

    assert (delivery.status, delivery.status_code) == ("Invalid HTTP Response: 400", 400)
    assert delivery.request.headers and delivery.request.payload and delivery.response.headers
    assert delivery.request.headers.model_dump()["X-GitHub-Event"] == "ping"
    assert delivery.request.payload.model_dump()["hook"]["config"]["secret"] == MASK
    assert delivery.response.headers.model_dump()["x-why"] == "hmac"
    assert delivery.response.payload == "bad signature"
    with lab.client() as client:
        last = client.get(hook).json()["last_response"]
    assert last["code"] == 400 and last["message"] == "Invalid HTTP Response: 400"


@pytest.mark.parametrize("netloc", ["a0.lb.fluxhook.test", "node.fluxhook.test:31234"])
def test_without_tls_a_delivery_goes_to_nodes_and_load_balancers(
    lab: Lab, receiver: Receiver, plain: Receiver, netloc: str
) -> None:
    delivery = last_delivery(lab, make_hook(lab, f"http://{netloc}/hook/1"))

    assert delivery.status == "OK"
    assert receiver.received == []
    (ping,) = plain.received
    assert (ping.path, ping.headers["Host"]) == ("/hook/1", netloc)


def test_a_redirect_is_not_followed(lab: Lab, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"https://{HOST}/elsewhere"}
    delivery = last_delivery(lab, make_hook(lab))

    assert delivery.status == "Invalid HTTP Response: 307"
    assert len(receiver.received) == 1


def test_a_failed_delivery_is_not_repeated_by_itself(lab: Lab, receiver: Receiver) -> None:
    receiver.status = 503
    make_hook(lab)
    lab.push()
    lab.settle()

    assert [item.headers["X-GitHub-Event"] for item in receiver.received] == ["ping", "push"]


def test_a_receiver_that_takes_too_long_times_out(
    lab: Lab, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab.github.webhooks.courier.TIMEOUT", 0.2)
    receiver.hold.clear()
    delivery = last_delivery(lab, make_hook(lab))

    assert delivery.status == "timed out"
    assert (delivery.response.headers, delivery.response.payload) == (None, None)
    assert len(receiver.received) == 1


def test_a_host_outside_the_lab_cannot_be_reached(lab: Lab, receiver: Receiver) -> None:
    delivery = last_delivery(lab, make_hook(lab, "https://example.com/hook/1"))

    assert delivery.status == "failed to connect to host"
    assert receiver.received == []


@pytest.mark.parametrize("certificate", ["foreign"], indirect=True)
def test_a_certificate_of_another_authority_is_refused(lab: Lab, receiver: Receiver) -> None:
    delivery = last_delivery(lab, make_hook(lab))

    assert "failed to verify certificate" in delivery.status
    assert receiver.received == []


@pytest.mark.parametrize("certificate", ["elsewhere"], indirect=True)
def test_a_certificate_of_another_host_is_refused(lab: Lab, receiver: Receiver) -> None:
    delivery = last_delivery(lab, make_hook(lab))

    assert "failed to verify certificate" in delivery.status
    assert receiver.received == []


@pytest.mark.parametrize("certificate", ["foreign"], indirect=True)
def test_an_insecure_hook_takes_any_certificate(lab: Lab, receiver: Receiver) -> None:
    delivery = last_delivery(lab, make_hook(lab, insecure_ssl="1"))

    assert delivery.status == "OK"
    assert len(receiver.received) == 1


def test_an_inactive_hook_gets_no_push(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    with lab.client() as client:
        client.patch(hook, json={"active": False}).raise_for_status()
    lab.push()
    lab.settle()

    assert len(receiver.received) == 1


def test_a_burst_of_pushes_is_recorded_in_order(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    heads = [lab.push(f"change {number}") for number in range(50)]
    lab.settle()

    with lab.client() as client:
        deliveries = client.get(f"{hook}/deliveries?per_page=100").json()
        pushes = [item for item in deliveries if item["event"] == "push"]
        newest = client.get(f"{hook}/deliveries/{pushes[0]['id']}").json()
    assert len({json.loads(item.body)["after"] for item in receiver.received[1:]}) == 50
    assert [item["status"] for item in pushes] == ["OK"] * 50
    assert newest["request"]["payload"]["after"] == heads[-1]


def test_deliveries_come_in_pages_by_cursor_and_by_status(lab: Lab, receiver: Receiver) -> None:
    hook = make_hook(lab)
    receiver.status = 404
    with lab.client() as client:
        for _ in range(4):
            client.post(f"{hook}/pings").raise_for_status()
        lab.settle()
        pages = [client.get(f"{hook}/deliveries?per_page=2")]
        while "next" in pages[-1].links:
            pages.append(client.get(pages[-1].links["next"]["url"]))
        failures = client.get(f"{hook}/deliveries?status=failure").json()
        successes = client.get(f"{hook}/deliveries?status=success").json()
        wrong = client.get(f"{hook}/deliveries?cursor=x")
        odd = client.get(f"{hook}/deliveries?status=odd")

    numbers = [item["id"] for page in pages for item in page.json()]
    assert [len(page.json()) for page in pages] == [2, 2, 1]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 5
    assert (len(failures), len(successes)) == (4, 1)
    assert (wrong.status_code, odd.status_code) == (400, 422)
