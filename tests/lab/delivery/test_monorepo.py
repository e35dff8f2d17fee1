"""One repository with three directories, each delivered apart: what a push and a change of the list touch."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import yaml
from lightkube.resources.core_v1 import ConfigMap

from fluxhook.sides.applications import opened
from fluxhook.sides.github import GitHub
from fluxhook.sides.objects import Objects
from fluxhook.watching.links import Name, Verdict
from fluxhook.watching.status import Watcher
from fluxhook.watching.verify import verify
from lab.world import push
from lab.world.kinds import Kustomization
from tests.deployment import Deployment, deployed
from tests.world import World, eventually

NAME = "mono"
REPOSITORY = push.full_name(NAME)
PARTS = ("web", "api", "jobs")


def delivery(name: str, directory: str) -> dict[str, Any]:
    # Nothing but the webhook makes anything happen within a test.
    often = {"interval": "1h", "retryInterval": "1s"}
    return {"name": name, "kustomization": {"path": f"./{directory}", **often}}


@dataclass
class Mono:
    """The stack, and what its repository delivers."""

    world: World
    stack: Deployment
    files: dict[str, str] = field(default_factory=dict)

    def push(self, *directories: str, branch: str = "main") -> str:
        """Commit another value of the ConfigMap in each directory; return the commit's id."""
        for each in directories:
            metadata = {"name": f"{NAME}-{each}", "namespace": "default"}
            content = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
            content["data"] = {"value": uuid.uuid4().hex}
            self.files[f"{each}/config.yaml"] = yaml.safe_dump(content)
        files = {path: text for path, text in self.files.items() if path.startswith(directories)}
        with push.connect(self.world.state) as github:
            return push.commit(github, REPOSITORY, f"Change {directories}", files, branch)

    def await_applied(self, sha: str, *names: str) -> None:
        """Wait until Kustomizations have applied a commit."""

        def check() -> None:
            found = {name: self.world.status(Kustomization, name) for name in names}
            assert all(sha in each.get("lastAppliedRevision", "") for each in found.values()), found

        eventually(check)

    def versions(self) -> Mapping[str, tuple[str, str]]:
        """Identity and version of each ConfigMap by its directory: a version changes with each write."""
        listed = self.world.cluster.list(ConfigMap, namespace="default")
        found = [each.metadata for each in listed if each.metadata]
        return {
            str(each.name).removeprefix(f"{NAME}-"): (str(each.uid), str(each.resourceVersion))
            for each in found
            if str(each.name).startswith(f"{NAME}-")
        }


@pytest.fixture(scope="module")
def mono(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mono]:
    """Three deliveries that are applied."""
    with deployed(world, NAME, tmp_path_factory.mktemp(NAME)) as stack:
        mono = Mono(world, stack)
        sha = mono.push(*PARTS)
        stack.config["applications"] = [
            {
                "repository": NAME,
                "interval": "1h",
                "deliveries": [delivery(each, each) for each in PARTS],
            }
        ]
        stack.up()
        mono.await_applied(sha, *PARTS)
        yield mono


def test_one_push_reaches_every_delivery_and_writes_only_what_it_changed(mono: Mono) -> None:
    before = mono.versions()
    sha = mono.push("api")
    mono.await_applied(sha, *PARTS)
    after = mono.versions()
    assert {name for name in PARTS if after[name] != before[name]} == {"api"}
    assert after["api"][0] == before["api"][0], "the same object"
    (hook,) = mono.world.get(f"/repos/{REPOSITORY}/hooks")
    deliveries = mono.world.get(f"/repos/{REPOSITORY}/hooks/{hook['id']}/deliveries")
    pushes = [each for each in deliveries if each["event"] == "push"]
    assert [each["status_code"] for each in pushes] == [200], "one call for all of them"


def test_verify_and_status_show_every_delivery(mono: Mono, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in mono.world.environment.items():
        monkeypatch.setenv(name, text)
    found = opened(mono.stack.directory, NAME)
    (report,) = verify(found, mono.world.environment["FLUXHOOK_CONNECT_TO"], 20.0)
    assert report.holds, report
    links = [each for each in report.links if each.name is Name.REVISION]
    assert [each.text.rpartition("/")[2] for each in links] == list(PARTS)
    assert {each.verdict for each in links} == {Verdict.HOLDS}
    with GitHub() as github, Objects(found.stack.settings.stack) as objects:
        (status,) = Watcher(found, github, objects).look()
    assert status.faults == []
    shown = [(each.kind, each.name, each.applied) for each in status.deliveries]
    assert shown == [("Kustomization", each, status.commit) for each in PARTS]


def test_a_delivery_is_renamed_removed_and_added_and_nothing_happens_to_another(
    mono: Mono,
) -> None:
    sha = mono.push("docs")
    before = mono.versions()
    entry = cast(list[dict[str, Any]], mono.stack.config["applications"])[0]
    new = {"docs": "docs", "api": "api", "site": "web"}
    entry["deliveries"] = [delivery(name, path) for name, path in new.items()]
    assert mono.stack.up().steps == {
        f"Kustomization {REPOSITORY}/docs/kustomization": "create",
        f"Kustomization {REPOSITORY}/site/kustomization": "create",
        f"Kustomization {REPOSITORY}/web/kustomization": "delete",
        f"Kustomization {REPOSITORY}/jobs/kustomization": "delete",
    }
    mono.await_applied(sha, *new)

    def gone() -> None:
        assert mono.versions().keys() == {"docs", "api", "web"}

    eventually(gone)
    after = mono.versions()
    assert after["api"] == before["api"], "nobody has written it"
    assert after["web"][0] == before["web"][0], "what was renamed takes over the object"
    assert mono.stack.up("--expect-no-changes").steps == {}
