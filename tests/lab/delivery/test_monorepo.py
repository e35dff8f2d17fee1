"""One repository with three directories, each delivered apart, and with a branch for staging in the same cluster."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import yaml
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.core_v1 import ConfigMap

from fluxhook.sides.applications import opened
from fluxhook.sides.github import GitHub
from fluxhook.sides.objects import Objects
from fluxhook.watching.links import Name, Verdict
from fluxhook.watching.status import Watcher
from fluxhook.watching.verify import verify
from lab.world import push
from lab.world.kinds import GitRepository, Kustomization
from tests.deployment import ROOT, Deployment, deployed
from tests.world import World, eventually

NAME = "mono"
REPOSITORY = push.full_name(NAME)
PARTS = ("web", "api", "jobs")
STAGING = f"{NAME}-staging"
"""Name and target namespace of the entry for the other branch."""
PATCH = """
- op: add
  path: /data/patched
  value: "true"
"""
DOCS = {"apiVersion": "v1", "kind": "ConfigMap", "name": f"{NAME}-docs", "namespace": "default"}
CHANGED = {
    "timeout": "30s",
    "healthChecks": [DOCS],
    "patches": [{"patch": PATCH, "target": {"kind": "ConfigMap"}}],
    "images": [{"name": "nowhere", "newTag": "1"}],
    "postBuild": {
        "substitute": {"colour": "blue"},
        "substituteFrom": [{"kind": "Secret", "name": "nobody", "optional": True}],
    },
    "deletionPolicy": "WaitForTermination",
    "spec": {"commonMetadata": {"labels": {"team": "docs"}}},
}
"""What a Kustomization changes in manifests, and how it waits."""


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

    def push(self, *directories: str, branch: str = "main", value: str = "") -> str:
        """Commit another value, or this one, of the ConfigMap in each directory; return the commit's id."""
        for each in directories:
            metadata = {"name": f"{NAME}-{each}", "namespace": "default"}
            content = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
            content["data"] = {"value": value or uuid.uuid4().hex}
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

    def hooks(self) -> list[str]:
        """Paths of the webhooks in GitHub's API."""
        found = self.world.get(f"/repos/{REPOSITORY}/hooks")
        return [f"/repos/{REPOSITORY}/hooks/{each['id']}" for each in found]

    def pushes(self, hook: str) -> list[dict[str, object]]:
        """GitHub's deliveries of pushes to a webhook."""
        return [each for each in self.world.get(f"{hook}/deliveries") if each["event"] == "push"]

    def calls(self) -> list[int]:
        """How many pushes GitHub has delivered to each webhook; all of them were accepted."""
        pushes = [self.pushes(hook) for hook in self.hooks()]
        assert {each["status_code"] for some in pushes for each in some} <= {200}
        return [len(some) for some in pushes]

    def await_calls(self, before: list[int]) -> None:
        """Wait until each webhook was called once more."""

        def check() -> None:
            assert self.calls() == [number + 1 for number in before]

        eventually(check)

    def requested(self, source: str) -> str:
        """When a Receiver asked for a GitRepository last."""
        found = self.world.cluster.get(GitRepository, source, namespace="flux-system")
        annotations = (found.metadata and found.metadata.annotations) or {}
        return str(annotations.get("reconcile.fluxcd.io/requestedAt", ""))

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
    """Three deliveries of one branch, and one of another, that are applied."""
    with deployed(world, NAME, tmp_path_factory.mktemp(NAME)) as stack:
        mono = Mono(world, stack)
        sha, staged = mono.push(*PARTS), mono.push("web", branch="staging")
        overlay = {**delivery("", "web")["kustomization"], "targetNamespace": STAGING}
        stack.config["applications"] = [
            {
                "repository": NAME,
                "interval": "1h",
                "deliveries": [delivery(each, each) for each in PARTS],
            },
            {
                "repository": NAME,
                "instance": "staging",
                "branch": "staging",
                "interval": "1h",
                "kustomization": overlay,
                "createNamespace": True,
            },
        ]
        stack.up()
        mono.await_applied(sha, *PARTS)
        mono.await_applied(staged, STAGING)
        yield mono


def test_one_push_reaches_every_delivery_and_writes_only_what_it_changed(mono: Mono) -> None:
    before, calls = mono.versions(), mono.calls()
    sha = mono.push("api")
    mono.await_applied(sha, *PARTS)
    after = mono.versions()
    assert {name for name in PARTS if after[name] != before[name]} == {"api"}
    assert after["api"][0] == before["api"][0], "the same object"
    mono.await_calls(calls)


def test_a_push_to_the_other_branch_reaches_its_entry_alone_which_has_a_key_of_its_own(
    mono: Mono,
) -> None:
    before, calls, asked = mono.versions(), mono.calls(), mono.requested(NAME)
    sha = mono.push("web", branch="staging")
    mono.await_applied(sha, STAGING)
    mono.await_calls(calls)
    assert mono.versions() == before
    assert mono.requested(NAME) == asked, "its Receiver has answered, and woken nobody"
    keys = mono.world.get(f"/repos/{REPOSITORY}/keys")
    assert len({str(each["key"]) for each in keys}) == 2


def test_verify_and_status_show_every_delivery(mono: Mono, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in mono.world.environment.items():
        monkeypatch.setenv(name, text)
    found = opened(mono.stack.directory, NAME)
    reports = {
        each.repository: each
        for each in verify(found, mono.world.environment["FLUXHOOK_CONNECT_TO"], 20.0)
    }
    assert all(each.holds for each in reports.values()), reports
    report = reports.pop(REPOSITORY)
    assert reports.keys() == {f"{REPOSITORY}@staging"}
    links = [each for each in report.links if each.name is Name.REVISION]
    assert [each.text.rpartition("/")[2] for each in links] == list(PARTS)
    assert {each.verdict for each in links} == {Verdict.HOLDS}
    with GitHub() as github, Objects(found.stack.settings.stack) as objects:
        status, staging = Watcher(found, github, objects).look()
    assert status.faults + staging.faults == []
    shown = [(each.kind, each.name, each.applied) for each in status.deliveries]
    assert shown == [("Kustomization", each, status.commit) for each in PARTS]


def test_a_delivery_is_renamed_removed_and_added_and_nothing_happens_to_another(
    mono: Mono,
) -> None:
    sha = mono.push("docs", value="${colour}")
    before = mono.versions()
    entry = cast(list[dict[str, Any]], mono.stack.config["applications"])[0]
    new = {"docs": "docs", "api": "api", "site": "web"}
    entry["deliveries"] = [delivery(name, path) for name, path in new.items()]
    entry["deliveries"][0]["kustomization"] |= CHANGED
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
    found = mono.world.cluster.get(ConfigMap, f"{NAME}-docs", namespace="default")
    assert found.data == {"value": "blue", "patched": "true"}
    assert found.metadata
    assert (found.metadata.labels or {})["team"] == "docs"
    after = mono.versions()
    assert after["api"] == before["api"], "nobody has written it"
    assert after["web"][0] == before["web"][0], "what was renamed takes over the object"
    assert mono.stack.up("--expect-no-changes").steps == {}


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("kustomization", "kustomizations.kustomize.toolkit.fluxcd.io"),
        ("helm", "helmreleases.helm.toolkit.fluxcd.io"),
    ],
)
def test_a_page_names_every_field_that_the_cluster_serves(
    world: World, page: str, name: str
) -> None:
    versions = world.cluster.get(CustomResourceDefinition, name).to_dict()["spec"]["versions"]
    (served,) = [each["schema"]["openAPIV3Schema"] for each in versions if each["storage"]]
    fields = served["properties"]["spec"]["properties"]
    text = (ROOT / "docs" / f"{page}.md").read_text()
    assert len(fields) > 20
    assert [each for each in fields if f"`{each}`" not in text] == []
