"""What the status of an object says: ready or why not, which commit, and never a receiver's path."""

import pytest

from fluxhook.sides.objects import commit, not_ready

SHA = "0123456789abcdef" * 2 + "01234567"


def item(*conditions: tuple[str, str, str], **more: object) -> dict[str, object]:
    listed = [
        {"type": kind, "status": status, "reason": "Why", "message": message}
        for kind, status, message in conditions
    ]
    return {"spec": {}, "status": {"conditions": listed}, **more}


def test_an_object_is_ready_or_says_why_not() -> None:
    assert not_ready(item(("Ready", "True", "fine"))) is None
    assert not_ready(item(("Ready", "False", "no\n such"))) == "Why: no such"
    assert not_ready(item(("Ready", "Unknown", "busy"))) == "Why: busy"
    assert not_ready(item(("Ready", "True", ""), spec={"suspend": True})) == "it is suspended"
    assert not_ready(item()) == "no controller has seen it yet"
    assert not_ready({"metadata": {}}) == "no controller has seen it yet"
    assert not_ready(None) == "it does not exist"


def test_a_change_that_no_controller_has_seen_is_not_ready() -> None:
    conditions = [{"type": "Ready", "status": "True", "observedGeneration": 1}]
    changed = {"metadata": {"generation": 2}, "status": {"conditions": conditions}}
    assert not_ready(changed) == "no controller has seen its last change yet"
    assert not_ready({**changed, "metadata": {"generation": 1}}) is None


def test_a_route_is_ready_when_every_parent_takes_it() -> None:
    good = item(("Accepted", "True", ""), ("ResolvedRefs", "True", ""))["status"]
    bad = item(("Accepted", "True", ""), ("ResolvedRefs", "False", "no Service"))["status"]
    wanted = ("Accepted", "ResolvedRefs")
    assert not_ready({"status": {"parents": [good, good]}}, *wanted) is None
    assert not_ready({"status": {"parents": [good, bad]}}, *wanted) == "Why: no Service"


def test_the_path_of_a_receiver_is_never_told() -> None:
    told = not_ready(item(("Ready", "False", f"Receiver initialized for path: /hook/{SHA}")))
    assert told == "Why: Receiver initialized for path: /hook/…"


@pytest.mark.parametrize(
    "status",
    [
        {"artifact": {"revision": f"main@sha1:{SHA}"}},
        {"lastAppliedRevision": f"main@sha1:{SHA}"},
        {"history": [{"status": "deployed", "chartVersion": f"0.1.0+{SHA[:12]}.1"}]},
    ],
)
def test_the_commit_is_read_from_source_delivery_and_release(status: dict[str, object]) -> None:
    assert commit({"status": status}) == SHA[:12]


@pytest.mark.parametrize(
    "status",
    [{}, {"history": [{"status": "failed", "chartVersion": f"0.1.0+{SHA[:12]}"}]}],
)
def test_nothing_is_applied_before_a_controller_says_so(status: dict[str, object]) -> None:
    assert commit({"status": status}) == ""
    assert commit(None) == ""
