"""Objects that Flux manages: found, told with the way out; a cluster that is away is not an error."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pulumi
import pytest
import yaml

import settings
from tests.unit.conftest import CONFIG, Engine, raw

SECRET = "s3cr3t-" + "canary"
KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
CHAT = {"name": "chat", "type": "alertmanager", "address": "http://alertmanager.monitoring:9093"}


@dataclass
class Cluster:
    """An API server that has what a test puts into it: labels by kind and name."""

    port: int
    objects: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def kubeconfig(self) -> str:
        return yaml.safe_dump(
            {
                "clusters": [
                    {"name": "fake", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}
                ],
                "users": [{"name": "fake", "user": {"token": SECRET}}],
                "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake"}}],
                "current-context": "fake",
            }
        )


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            plural = self.path.partition("?")[0].rpartition("/")[2]
            known.asked.append(plural)
            if plural in known.statuses:
                self.send_error(known.statuses[plural])
                return
            items = [
                {"metadata": {"name": name, "namespace": "flux-system", "labels": labels}}
                for (kind, name), labels in known.objects.items()
                if kind == plural
            ]
            body = json.dumps({"kind": "List", "metadata": {}, "items": items}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = Cluster(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield known
        server.shutdown()
        thread.join()


def refused(cluster: Cluster, **changes: object) -> str:
    """What the stack is told; empty when it may go on."""
    values = {**CONFIG, "kubeconfig": cluster.kubeconfig, **changes}
    found, faults = settings.parse(raw(values), "unit")
    assert faults == []
    try:
        settings.refuse_managed(found)
    except pulumi.RunError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize(
    "label",
    [
        KUSTOMIZE,
        "helm.toolkit.fluxcd.io/name",
        "fluxcd.controlplane.io/name",
        "resourceset.fluxcd.controlplane.io/name",
    ],
)
@pytest.mark.parametrize("kind", ["gitrepositories", "kustomizations", "receivers"])
def test_an_object_that_carries_an_owners_label_is_refused(
    cluster: Cluster, kind: str, label: str
) -> None:
    cluster.objects[kind, "echo-server"] = {label: "flux-system"}
    message = refused(cluster)
    assert "Flux manages 1 of the stack's objects already; nothing was written" in message
    assert f"flux-system/echo-server ({label}: flux-system)" in message
    assert "Write another `name`; or hand each over as docs/cluster-sync.md says" in message


def test_every_such_object_is_told_at_once(cluster: Cluster) -> None:
    for kind in ("gitrepositories", "kustomizations", "receivers"):
        cluster.objects[kind, "echo-server"] = {KUSTOMIZE: "fleet"}
    message = refused(cluster)
    for kind in ("GitRepository", "Kustomization", "Receiver"):
        assert f"{kind} flux-system/echo-server ({KUSTOMIZE}: fleet)" in message


@pytest.mark.parametrize(
    ("kind", "name", "labels"),
    [
        ("gitrepositories", "echo-server", {}),
        ("gitrepositories", "echo-server", {"app.kubernetes.io/part-of": "flux"}),
        ("gitrepositories", "another", {KUSTOMIZE: "fleet"}),
        # What an application's own Kustomization applies may have the application's name.
        ("helmreleases", "echo-server", {KUSTOMIZE: "echo-server"}),
        ("helmrepositories", "echo-server", {KUSTOMIZE: "echo-server"}),
        ("imagepolicies", "echo-server", {KUSTOMIZE: "echo-server"}),
        ("kustomizations", "github-receiver", {KUSTOMIZE: "fleet"}),
    ],
)
def test_nothing_else_is_refused(
    cluster: Cluster, kind: str, name: str, labels: dict[str, str]
) -> None:
    cluster.objects[kind, name] = labels
    entry = {"repository": "echo-server", "receiver": {"name": "github-receiver"}}
    assert refused(cluster, applications=[entry]) == ""


@pytest.mark.parametrize(
    ("kind", "name", "changes"),
    [
        (
            "receivers",
            "hook",
            {"applications": [{"repository": "a", "receiver": {"name": "hook"}}]},
        ),
        (
            "helmreleases",
            "a",
            {"applications": [{"repository": "a", "helmRelease": {"chart": "./chart"}}]},
        ),
        (
            "helmrepositories",
            "a",
            {
                "applications": [
                    {
                        "repository": "a",
                        "helmRelease": {
                            "chart": "a",
                            "repository": {"url": "https://charts.example.com"},
                        },
                    }
                ]
            },
        ),
        (
            "imagepolicies",
            "a",
            {
                "bot": {"login": "bot", "name": "Bot", "email": "bot@example.com"},
                "botToken": SECRET,
                "applications": [{"repository": "a", "image": {"name": "ghcr.io/o/a"}}],
            },
        ),
        ("providers", "chat", {"notifications": [CHAT]}),
        ("alerts", "chat-error", {"notifications": [CHAT]}),
        ("kustomizations", "flux-system", {"clusterSync": {"repository": "f", "path": "./c"}}),
    ],
)
def test_every_kind_that_one_has_in_git_is_looked_for(
    cluster: Cluster, kind: str, name: str, changes: Mapping[str, object]
) -> None:
    cluster.objects[kind, name] = {KUSTOMIZE: "fleet"}
    assert f"flux-system/{name} ({KUSTOMIZE}: fleet)" in refused(cluster, **changes)


def test_a_kind_that_is_not_served_hides_no_other(cluster: Cluster) -> None:
    cluster.statuses["gitrepositories"] = 404
    cluster.objects["receivers", "echo-server"] = {KUSTOMIZE: "fleet"}
    assert "Receiver flux-system/echo-server" in refused(cluster)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_cluster_that_does_not_answer_is_left_to_the_provider(
    cluster: Cluster, status: int
) -> None:
    cluster.statuses["gitrepositories"] = status
    assert refused(cluster) == ""
    assert cluster.asked == ["gitrepositories"], "and is not asked again and again"


@pytest.mark.parametrize(
    "kubeconfig",
    ["", "{" + SECRET, SECRET, f"[{SECRET}]", "contexts: []", "current-context: gone"],
)
def test_no_kubeconfig_is_not_an_error_and_shows_nothing_of_it(
    cluster: Cluster, engine: Engine, monkeypatch: pytest.MonkeyPatch, kubeconfig: str
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "debug", told.append)
    assert refused(cluster, kubeconfig=kubeconfig) == ""
    (line,) = told
    assert line.startswith("whether Flux manages objects is unknown: ")
    assert SECRET not in line


def test_a_refused_stack_registers_nothing(cluster: Cluster, engine: Engine) -> None:
    cluster.objects["gitrepositories", "echo-server"] = {KUSTOMIZE: "fleet"}
    with pytest.raises(pulumi.RunError, match="nothing was written"):
        engine.up(kubeconfig=cluster.kubeconfig)
    assert engine.registered == []
