"""What a push over SSH sets off."""

import json
from pathlib import Path

import asyncssh

from tests.github.lab import ORGANISATION, REPOSITORY, Git, Lab, commit
from tests.github.webhooks.receiver import Receiver


def test_a_push_fires_one_event_for_each_ref(
    lab: Lab, git: Git, clone: Path, writable: asyncssh.SSHKey, receiver: Receiver
) -> None:
    hook = {"config": {"url": "https://flux.fluxhook.test/hook/1", "content_type": "json"}}
    with lab.client() as client:
        client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/hooks", json=hook).raise_for_status()
        sha = commit(git, writable, clone, "b.txt")
        refs = ["HEAD:main", "HEAD:refs/heads/other", "HEAD:refs/tags/v1"]
        done = git(writable, "-C", str(clone), "push", "-q", "origin", *refs)
        assert done.returncode == 0, done.stderr
        lab.settle()
        assert client.get(f"/repos/{ORGANISATION}/{REPOSITORY}/commits/main").json()["sha"] == sha

    pushes = {event["ref"]: event for event in map(json.loads, bodies(receiver, "push"))}
    assert set(pushes) == {"refs/heads/main", "refs/heads/other", "refs/tags/v1"}
    assert {event["after"] for event in pushes.values()} == {sha}
    main = pushes["refs/heads/main"]
    assert [item["added"] for item in main["commits"]] == [["b.txt"]]
    assert main["head_commit"]["author"] == {"name": "Dev", "email": "dev@example.com"}
    assert pushes["refs/heads/other"]["created"] and pushes["refs/heads/other"]["commits"] == []


def test_a_forced_push_and_a_deletion_are_told(
    lab: Lab, git: Git, clone: Path, writable: asyncssh.SSHKey, receiver: Receiver
) -> None:
    hook = {"config": {"url": "https://flux.fluxhook.test/hook/1", "content_type": "json"}}
    with lab.client() as client:
        client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/hooks", json=hook).raise_for_status()
    commit(git, writable, clone, "b.txt", "--amend")
    for refs in (["+HEAD:main"], ["HEAD:refs/heads/gone"], [":refs/heads/gone"]):
        assert git(writable, "-C", str(clone), "push", "-q", "origin", *refs).returncode == 0
        lab.settle()

    forced, created, deleted = map(json.loads, bodies(receiver, "push"))
    assert forced["forced"] and not forced["created"]
    assert created["created"] and not created["forced"]
    assert deleted["deleted"] and deleted["head_commit"] is None and deleted["commits"] == []


def test_more_than_three_tags_at_once_make_no_event(
    lab: Lab, git: Git, clone: Path, writable: asyncssh.SSHKey, receiver: Receiver
) -> None:
    hook = {"config": {"url": "https://flux.fluxhook.test/hook/1", "content_type": "json"}}
    with lab.client() as client:
        client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/hooks", json=hook).raise_for_status()
    tags = [f"HEAD:refs/tags/v{number}" for number in range(4)]
    assert git(writable, "-C", str(clone), "push", "-q", "origin", *tags).returncode == 0
    lab.settle()

    assert bodies(receiver, "push") == []


def test_a_push_that_is_refused_fires_nothing(
    lab: Lab, git: Git, clone: Path, writable: asyncssh.SSHKey, receiver: Receiver
) -> None:
    hook = {"config": {"url": "https://flux.fluxhook.test/hook/1"}}
    with lab.client() as client:
        client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/hooks", json=hook).raise_for_status()
    commit(git, writable, clone, "b.txt")
    lab.push("meanwhile")
    lab.settle()
    known = len(receiver.received)

    assert git(writable, "-C", str(clone), "push", "origin", "HEAD:main").returncode != 0
    lab.settle()
    assert len(receiver.received) == known


def bodies(receiver: Receiver, event: str) -> list[bytes]:
    return [item.body for item in receiver.received if item.headers["X-GitHub-Event"] == event]
