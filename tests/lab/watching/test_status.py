"""`fluxhook status`: how far each application is, what is wrong, and how little is asked of GitHub."""

import json
import os
import re
from datetime import UTC, datetime, timedelta

import pytest

from fluxhook.sides.github import GitHub
from fluxhook.sides.objects import Objects, short
from fluxhook.watching.status import Status, Watcher
from lab.world.kinds import GitRepository, Kustomization
from tests.lab.watching.breakages import hook, hook_config, removed, spec, stopped
from tests.lab.watching.conftest import CHART, NAME, Watched
from tests.lab.watching.verbs import fluxhook
from tests.world import eventually


def looked(watched: Watched) -> list[Status]:
    """What `status` sees."""
    stack = watched.opened.stack.settings.stack
    with GitHub() as github, Objects(stack) as objects:
        return Watcher(watched.opened, github, objects).look()


def test_a_stack_that_is_well_has_no_fault(watched: Watched) -> None:
    watched.await_whole()
    printed = json.loads(fluxhook(watched, "status", "--output", "json"))
    found = {each["repository"]: each for each in printed["applications"]}
    assert set(found) == {f"developer-friendly/{NAME}", f"developer-friendly/{CHART}"}
    for each in found.values():
        assert each["commit"] == each["fetched"] == each["applied"]
        assert len(each["commit"]) == 12
        assert (each["behind"], each["hook"], each["receiver"]) == (0, "active", "ready")
        assert (each["delivery"], each["faults"]) == ("200", [])
        ages = {key: datetime.fromisoformat(text) for key, text in each["credentials"].items()}
        assert set(ages) == {"deploy-key", "webhook-token"}
        assert all(timedelta() < datetime.now(UTC) - at < timedelta(days=1) for at in ages.values())
    table = fluxhook(watched, "status").splitlines()
    assert len(table) == 3, "a line for each application, not wrapped"
    assert re.match(r"APPLICATION +COMMIT +WEBHOOK +DELIVERY +RECEIVER +FETCHED", table[0])


def test_what_is_behind_is_counted_and_is_an_exit_code(watched: Watched) -> None:
    with stopped(watched, "kustomize-controller"):
        watched.application.push(3)
        newest = watched.application.push(4)

        def fetched() -> None:
            assert newest in watched.application.fetched()

        eventually(fetched)
        found = looked(watched)[0]
        assert (found.behind, found.commit, found.fetched) == (2, short(newest), short(newest))
        assert found.faults == [f"{found.applied} is applied, 2 behind {found.commit}"]
        printed = fluxhook(watched, "status", NAME, code=1)
    assert f"✗ developer-friendly/{NAME}: {found.faults[0]}" in printed.splitlines()
    watched.await_whole()


@pytest.mark.parametrize(
    ("breakage", "told"),
    [
        (lambda app: hook(app, {"active": False}, {"active": True}), "the webhook .* is inactive"),
        (
            lambda app: hook_config(app, secret="o" * 40),
            "the last delivery, of ping, was answered with 400",
        ),
        (lambda app: removed(app, GitRepository), "GitRepository: it does not exist"),
        (lambda app: spec(app, Kustomization, {"suspend": True}), "Kustomization: it is suspended"),
    ],
)
def test_what_is_wrong_is_said(watched: Watched, breakage: object, told: str) -> None:
    def is_said() -> None:
        github, path = watched.world.github, watched.application.hook
        github.post(f"{path}/pings").raise_for_status()
        faults = looked(watched)[0].faults
        assert any(re.search(told, fault) for fault in faults), faults

    with breakage(watched):  # type: ignore[operator]
        eventually(is_said)
    watched.await_whole()


def test_a_second_look_costs_nothing_of_the_rate_limit(watched: Watched) -> None:
    log = watched.world.directory.path / "logs" / "github.log"
    stack = watched.opened.stack.settings.stack
    with GitHub() as github, Objects(stack) as objects:
        watcher = Watcher(watched.opened, github, objects)
        first = watcher.look()
        before = os.path.getsize(log)
        assert [each.document for each in watcher.look()] == [each.document for each in first]
    asked = log.read_text()[before:].splitlines()
    ours = [line for line in asked if f"/repos/developer-friendly/{NAME}" in line]
    assert len(ours) == 3 * len(first), ours
    assert {line.split()[-1] for line in ours} == {"304"}
