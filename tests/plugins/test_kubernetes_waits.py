"""The kubernetes stand-in against a real API server: what it waits for."""

import json
import threading
import uuid
from pathlib import Path

import grpc
import pytest

from lab.plugins.core.values import Properties, Secret, Value, plain_object
from lab.plugins.kubernetes.cluster import ApiError
from lab.plugins.kubernetes.conditions import parse_wait_for
from lab.plugins.kubernetes.objects import annotation
from tests.plugins.protocol import StartPlugin
from tests.plugins.space import WIDGET, Space, details


@pytest.mark.parametrize(
    "expression",
    [
        "jsonpath={.status.path}=/hook/expected",
        "jsonpath={.status.path}",
        "condition=Ready",
        '["condition=Ready", "jsonpath={.status.path}=/hook/expected"]',
        'jsonpath={.status.parents[0].conditions[?(@.type=="Accepted")].status}=True',
        "jsonpath={.status.ok}=true",
    ],
)
def test_a_creation_waits_until_the_status_says_so(space: Space, expression: str) -> None:
    status: Properties = {
        "path": "/hook/expected",
        "ok": True,
        "conditions": [{"type": "Ready", "status": "True"}],
        "parents": [{"conditions": [{"type": "Accepted", "status": "True"}]}],
    }
    done = threading.Event()

    def controller() -> None:
        while not done.is_set():
            try:
                space.patch({"status": status}, "/status")
            except ApiError:
                continue
            return

    thread = threading.Thread(target=controller)
    thread.start()
    try:
        _, state = space.plugin.create(WIDGET, space.widget(waitFor=expression))
    finally:
        done.set()
        thread.join()
    assert state["status"] == status


@pytest.mark.parametrize(
    ("expression", "held", "shown"),
    [
        ("jsonpath={.status.path}=/a", True, "Found {.status.path}=/a"),
        ("jsonpath={.status.path}=/b", False, 'Waiting for {.status.path}=/b (found "/a")'),
        ("jsonpath={.status.path}", True, "Found {.status.path}"),
        ("jsonpath={.status[?match(@, '/.')]}", True, "Found {.status[?match(@, '/.')]}"),
        ("jsonpath={.status.other}=/a", False, "{.status.other} selected nothing"),
        ("condition=Ready", False, "Resource has condition Ready=False (want True)"),
        ("condition=Ready=False", True, ""),
        ("condition=Stalled", False, ""),
    ],
)
def test_what_is_waited_for_is_shown_as_the_official_plugin_shows_it(
    expression: str, held: bool, shown: str
) -> None:
    ready: Properties = {"type": "Ready", "status": "False", "message": "/a"}
    (condition,) = parse_wait_for(expression)
    assert condition.check({"status": {"path": "/a", "conditions": [ready]}}) == (held, shown)


def test_a_wait_that_times_out_keeps_the_object_in_the_state_and_tells_no_secret(
    space: Space,
) -> None:
    hidden = f"/hook/{uuid.uuid4().hex}"
    wanted = space.widget(waitFor=Secret(f"jsonpath={{.status.path}}={hidden}"))
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(WIDGET, wanted, timeout=0.3)
    assert f'Widget "{space.name}/w"' in details(refused)
    assert "{.status.path} to have its expected value" in details(refused)
    assert hidden not in details(refused)
    assert "ErrorResourceInitFailed" in str(refused.value.trailing_metadata())
    assert plain_object(space.live()["metadata"])["name"] == "w"


def test_the_message_of_a_timed_out_wait_names_conditions_without_their_messages(
    space: Space,
) -> None:
    identifier, state = space.plugin.create(WIDGET, space.widget())
    condition: Properties = {
        "type": "Ready",
        "status": "False",
        "reason": "Missing",
        "message": "path /hook/told-by-the-controller",
    }
    space.patch({"status": {"conditions": [condition]}}, "/status")
    wanted = space.widget(waitFor="condition=Ready")
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.update(WIDGET, identifier, state, wanted, timeout=0.3)
    assert "Ready=False (Missing)" in details(refused)
    assert "told-by-the-controller" not in details(refused)


def test_a_status_older_than_the_spec_is_not_believed(space: Space) -> None:
    wanted = space.widget({"size": 1}, waitFor="condition=Ready")
    skipped = space.widget({"size": 1}, waitFor="condition=Ready", skipAwait="true")
    identifier, state = space.plugin.create(WIDGET, skipped)
    ready: Properties = {"type": "Ready", "status": "True", "observedGeneration": 0}
    space.patch({"status": {"conditions": [ready]}}, "/status")
    with pytest.raises(grpc.RpcError):
        space.plugin.update(WIDGET, identifier, state, wanted, timeout=0.3)
    space.patch({"status": {"conditions": [{**ready, "observedGeneration": 1}]}}, "/status")
    space.plugin.update(WIDGET, identifier, state, wanted)


READY: Properties = {"conditions": [{"type": "Ready", "status": "True"}]}


@pytest.mark.parametrize("upsert", [False, True], ids=["update", "upsert"])
def test_a_wait_that_holds_of_the_object_from_before_records_that_object(
    space: Space, plugin: StartPlugin, kubeconfig: Path, upsert: bool
) -> None:
    identifier, state = space.plugin.create(WIDGET, space.widget(note="old"))
    space.patch({"status": READY}, "/status")
    options: Properties = {"kubeconfig": str(kubeconfig), "upsertExistingObjects": "true"}

    def change(**annotations: Value) -> Properties:
        wanted = space.widget(None, **annotations)
        if upsert:
            return plugin("kubernetes", options).create(WIDGET, wanted)[1]
        return space.plugin.update(WIDGET, identifier, state, wanted)

    def note(made: Properties) -> object:
        return annotation(made, "pulumi.com/note")

    assert note(change(note="new", waitFor="condition=Ready")) == "old"
    assert note(space.live()) == "new"
    proof = "jsonpath={.metadata.annotations['pulumi.com/note']}=newest"
    assert note(change(note="newest", waitFor=json.dumps([proof, "condition=Ready"]))) == "newest"


def test_an_object_of_a_lower_generation_is_not_recorded(space: Space) -> None:
    identifier, state = space.plugin.create(WIDGET, space.widget({"size": 1}))
    space.patch({"status": READY}, "/status")
    wanted = space.widget({"size": 2}, waitFor="condition=Ready")
    state = space.plugin.update(WIDGET, identifier, state, wanted)
    assert state["spec"] == {"size": 2}


def test_several_conditions_must_hold_of_the_object_at_once(space: Space) -> None:
    conditions = parse_wait_for('["condition=Ready", "condition=Healthy"]')
    identifier, state = space.plugin.create(WIDGET, space.widget())
    space.patch({"status": READY}, "/status")
    healthy: Properties = {"conditions": [{"type": "Healthy", "status": "True"}]}

    def controller() -> None:
        space.patch({"status": healthy}, "/status")

    timer = threading.Timer(0.2, controller)
    timer.start()
    wanted = space.widget(waitFor='["condition=Ready", "condition=Healthy"]')
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.update(WIDGET, identifier, state, wanted, timeout=1)
    timer.join()
    assert "timed out after 1 s while waiting for" in details(refused)
    assert conditions[0].name in details(refused)


@pytest.mark.parametrize(
    "expression",
    ["Ready", "jsonpath=.status.path", "jsonpath={.status.path}=", "jsonpath={.a[}=x", "[]"],
)
def test_a_malformed_expression_fails_after_the_creation(space: Space, expression: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(WIDGET, space.widget(waitFor=expression))
    assert "failed to fully initialize" in details(refused)


def test_a_cancelled_update_ends_its_waits(space: Space) -> None:
    from google.protobuf.empty_pb2 import Empty

    timer = threading.Timer(0.2, lambda: space.plugin.stub.Cancel(Empty()))
    timer.start()
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(WIDGET, space.widget(waitFor="condition=Ready"), timeout=600)
    timer.join()
    assert "cancelled while waiting" in details(refused)


def test_a_deletion_waits_for_finalizers(space: Space) -> None:
    wanted = space.widget()
    plain_object(wanted["metadata"])
    metadata: Properties = {"name": "w", "namespace": space.name, "finalizers": ["lab.test/hold"]}
    identifier, state = space.plugin.create(WIDGET, {**wanted, "metadata": metadata})
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.delete(WIDGET, identifier, state, timeout=0.3)
    assert "lab.test/hold" in details(refused)
    space.patch({"metadata": {"finalizers": None}})
    space.plugin.delete(WIDGET, identifier, state)
