"""What is told during an update: why an object is not ready, and whether GitHub's ping arrived."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pulumi
import pytest

from preflight import pings, reports, waits
from preflight.github_api import GitHub
from tests.unit.conftest import Engine
from tests.unit.preflight.conftest import Sides

RECEIVERS = "/apis/notification.toolkit.fluxcd.io/v1/namespaces/flux-system/receivers/shop"
EVENTS = "/api/v1/namespaces/flux-system/events"
SECRET_PATH = "/hook/" + "0" * 64
RECEIVER = {
    "apiVersion": "notification.toolkit.fluxcd.io/v1",
    "kind": "Receiver",
    "metadata": {
        "name": "shop",
        "namespace": "flux-system",
        "annotations": {reports.WAIT_FOR: "condition=Ready"},
    },
}


def event(reason: str, message: str, at: str) -> dict[str, str]:
    return {"reason": reason, "message": message, "lastTimestamp": at}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({}, "no controller has written its status"),
        (
            {
                "conditions": [
                    {"type": "Ready", "status": "False", "reason": "A", "message": "b\nc"}
                ]
            },
            "Ready=False (A: b c)",
        ),
        (
            {"conditions": [{"type": "Stalled", "status": "True", "reason": "A"}]},
            "Stalled=True (A)",
        ),
        (
            {
                "parents": [
                    {
                        "conditions": [
                            {"type": "Accepted", "status": "True", "reason": "Accepted"},
                            {"type": "ResolvedRefs", "status": "False", "reason": "NoBackend"},
                        ]
                    }
                ]
            },
            "ResolvedRefs=False (NoBackend)",
        ),
    ],
)
def test_an_object_that_is_not_ready_says_why_in_its_own_words(
    status: Mapping[str, Any], words: str, sides: Sides
) -> None:
    sides.cluster[RECEIVERS] = {"status": status}
    sides.cluster[EVENTS] = {"items": [event("Second", "x", "2"), event("First", "y", "1")]}
    told = waits.reason(sides.asked().kubernetes, RECEIVER)
    assert told == (
        f"Receiver flux-system/shop is not ready: {words}; event First: y; event Second: x"
    )


def test_the_path_of_a_receiver_is_not_told(sides: Sides) -> None:
    message = f"Receiver initialized for path: {SECRET_PATH}"
    condition = {"type": "Ready", "status": "Unknown", "reason": "x", "message": message}
    sides.cluster[RECEIVERS] = {"status": {"conditions": [condition]}}
    sides.cluster[EVENTS] = {"items": [event("x", message, "1")]}
    told = waits.reason(sides.asked().kubernetes, RECEIVER)
    assert told and "0000" not in told and told.count("/hook/…") == 2


@pytest.mark.parametrize(
    "answer",
    [404, 403, {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}],
)
def test_of_an_object_that_is_ready_or_unknown_nothing_is_told(
    answer: object, sides: Sides
) -> None:
    sides.cluster[RECEIVERS] = answer
    assert waits.reason(sides.asked().kubernetes, RECEIVER) is None


def test_an_object_with_an_address_is_ready(sides: Sides) -> None:
    sides.cluster[RECEIVERS] = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
    assert waits.reason(sides.asked().kubernetes, RECEIVER) is None


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ({"status_code": 200, "status": "OK"}, None),
        ({"status_code": 502, "status": "x"}, "GitHub's ping to the receiver answered 502"),
        (
            {"status_code": 0, "status": "failed to connect to host"},
            "GitHub's ping to the receiver failed: failed to connect to host",
        ),
    ],
)
def test_a_ping_that_did_not_arrive_is_told_with_the_page_of_the_webhook(
    delivery: dict[str, object], words: str | None
) -> None:
    def deliveries(request: httpx2.Request) -> httpx2.Response:
        assert request.url.path == "/repos/a/b/hooks/7/deliveries"
        answers = [{"event": "push", "status_code": 500}, {"event": "ping", **delivery}]
        return httpx2.Response(200, json=answers)

    told = pings.failure(GitHub(transport=httpx2.MockTransport(deliveries)), "a/b", "7")
    assert (told is None) is (words is None)
    assert words is None or (
        told and told.startswith(words) and "https://github.com/a/b/settings/hooks/7" in told
    )


def test_a_ping_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [[], [], [{"event": "ping", "status_code": 200, "status": "OK"}]]
    monkeypatch.setattr(pings, "AGAIN", 0)
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answers.pop(0)))
    assert pings.failure(GitHub(transport=transport), "a/b", "7") is None
    assert answers == []


def test_a_ping_that_never_comes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pings, "WITHIN", 0)
    monkeypatch.setattr(pings, "AGAIN", 0)
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=[]))
    told = pings.failure(GitHub(transport=transport), "a/b", "7")
    assert told and "has not called its webhook 7" in told


@pytest.mark.parametrize("status", [403, 404, 500])
def test_where_deliveries_cannot_be_read_nothing_is_told(status: int) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(status, json={}))
    assert pings.failure(GitHub(transport=transport), "a/b", "7") is None


def test_an_object_is_looked_after_from_its_write_on_until_it_is_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reasons: list[str | None] = ["first", "first", "second", None]
    looked: list[object] = []
    told: list[str] = []
    done = asyncio.Event()

    def reason(_: object, inputs: object) -> str | None:
        looked.append(inputs)
        if len(looked) == 4:
            done.set()
        return reasons[len(looked) - 1]

    monkeypatch.setattr(reports, "AFTER", 0)
    monkeypatch.setattr(waits, "reason", reason)
    monkeypatch.setattr(pulumi.log, "warn", told.append)

    async def update() -> None:
        waiting = reports._Waiting(object())  # type: ignore[arg-type]
        for inputs in (RECEIVER, {**RECEIVER, "metadata": {"name": "unwaited"}}):
            args = pulumi.ResourceHookArgs("urn", "", "name", "type", new_inputs=inputs)
            await waiting.before(args)
        while not done.is_set():
            await asyncio.sleep(0)

    asyncio.run(update())
    assert told == ["first", "second"]
    assert looked == [RECEIVER] * 4


def test_every_object_and_every_webhook_has_its_report(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound: dict[str, pulumi.ResourceHookBinding | None] = {}
    binds: list[pulumi.ResourceTransformation] = []
    monkeypatch.setattr(reports, "register_stack_transformation", binds.append)
    engine.run(lambda: reports.begin(object()))  # type: ignore[arg-type]
    (bind,) = binds
    for type_ in ("kubernetes:core/v1:Service", reports.WEBHOOK, "aws:ssm/parameter:Parameter"):
        some: Any = object()
        args = pulumi.ResourceTransformationArgs(some, type_, "name", {}, pulumi.ResourceOptions())
        result = bind(args)
        bound[type_] = result.opts.hooks if result else None
    of_object, of_webhook, of_parameter = bound.values()
    assert of_object and of_object.before_create and of_object.before_update
    assert of_webhook and of_webhook.after_create and not of_webhook.before_create
    assert of_parameter is None
