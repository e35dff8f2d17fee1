"""Objects of somebody else: found before anything is written, and told with the way out."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pulumi
import pytest
import yaml

import settings
from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery import ownership
from recovery.cluster import Cluster as Asked
from tests.unit.conftest import CONFIG, Engine, raw

SECRET = "s3cr3t-" + "canary"
KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
STACK = "organization/fluxhook/unit"
KINDS = {
    "v1": {"services": "Service", "secrets": "Secret"},
    "source.toolkit.fluxcd.io/v1": {
        "gitrepositories": "GitRepository",
        "helmrepositories": "HelmRepository",
    },
    "kustomize.toolkit.fluxcd.io/v1": {"kustomizations": "Kustomization"},
    "helm.toolkit.fluxcd.io/v2": {"helmreleases": "HelmRelease"},
    "notification.toolkit.fluxcd.io/v1": {"receivers": "Receiver"},
    "notification.toolkit.fluxcd.io/v1beta3": {"providers": "Provider", "alerts": "Alert"},
    "image.toolkit.fluxcd.io/v1": {"imagepolicies": "ImagePolicy"},
    "external-secrets.io/v1": {"externalsecrets": "ExternalSecret"},
    "gateway.networking.k8s.io/v1": {"httproutes": "HTTPRoute"},
    "networking.k8s.io/v1": {"ingresses": "Ingress", "networkpolicies": "NetworkPolicy"},
}
"""What the API server serves: kinds by plural, by API version."""
CHAT = {"name": "chat", "type": "alertmanager", "address": "http://alertmanager.monitoring:9093"}


@dataclass
class Cluster:
    """An API server that has what a test puts into it: labels and annotations by plural and name."""

    port: int
    objects: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    annotations: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
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
            path = self.path.partition("?")[0]
            version = path.removeprefix("/apis/").removeprefix("/api/")
            plural = path.rpartition("/")[2]
            if version in KINDS:
                served = KINDS[version].items()
                answer: object = {
                    "resources": [
                        {"name": name, "kind": kind, "namespaced": True}
                        for name, kind in served
                        if known.statuses.get(name) != 404
                    ]
                }
            elif plural not in {each for kinds in KINDS.values() for each in kinds}:
                self.send_error(404)
                return
            else:
                known.asked.append(plural)
                if plural in known.statuses:
                    self.send_error(known.statuses[plural])
                    return
                answer = {
                    "items": [
                        {
                            "metadata": {
                                "name": name,
                                "labels": labels,
                                "annotations": known.annotations.get((kind, name)),
                            }
                        }
                        for (kind, name), labels in known.objects.items()
                        if kind == plural
                    ]
                }
            body = json.dumps(answer).encode()
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
        ownership.refuse_foreign(found, Asked(found.stack), STACK)
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
    assert (
        "1 object of the stack exists already and belongs to somebody else; nothing was written"
        in message
    )
    assert f"flux-system/echo-server ({label}: flux-system)" in message
    assert f"annotate it with {STACK_ANNOTATION}={STACK}" in message


def test_every_such_object_is_told_at_once(cluster: Cluster) -> None:
    for kind in ("gitrepositories", "kustomizations", "receivers"):
        cluster.objects[kind, "echo-server"] = {KUSTOMIZE: "fleet"}
    message = refused(cluster)
    for kind in ("GitRepository", "Kustomization", "Receiver"):
        assert f"{kind} flux-system/echo-server ({KUSTOMIZE}: fleet)" in message


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("gitrepositories", "another"),
        # What an application's own Kustomization applies may have the application's name.
        ("helmreleases", "echo-server"),
        ("helmrepositories", "echo-server"),
        ("imagepolicies", "echo-server"),
        ("kustomizations", "github-receiver"),
        ("ingresses", "echo-server-receiver"),
    ],
)
def test_an_object_that_the_stack_does_not_make_is_not_refused(
    cluster: Cluster, kind: str, name: str
) -> None:
    cluster.objects[kind, name] = {KUSTOMIZE: "fleet"}
    entry = {"repository": "echo-server", "receiver": {"name": "github-receiver"}}
    assert refused(cluster, applications=[entry]) == ""


def test_an_object_is_the_stacks_when_its_annotation_says_so(cluster: Cluster) -> None:
    found = ("gitrepositories", "echo-server")
    cluster.objects[found] = {"app.kubernetes.io/part-of": "flux"}
    assert "GitRepository flux-system/echo-server (its owner is unknown)" in refused(cluster)
    cluster.annotations[found] = {STACK_ANNOTATION: "organization/fluxhook/another"}
    assert f"({STACK_ANNOTATION}: organization/fluxhook/another)" in refused(cluster)
    cluster.annotations[found] = {STACK_ANNOTATION: STACK}
    assert refused(cluster) == ""
    cluster.objects[found] = {KUSTOMIZE: "fleet"}
    assert f"({KUSTOMIZE}: fleet)" in refused(cluster), "Flux would take back every change"


@pytest.mark.parametrize(
    ("kind", "name", "changes"),
    [
        ("externalsecrets", "echo-server-git", {}),
        ("externalsecrets", "echo-server-webhook-token", {}),
        ("httproutes", "echo-server-receiver", {}),
        (
            "ingresses",
            "echo-server-receiver",
            {"gateway": None, "ingress": {"className": "nginx"}},
        ),
        ("services", "way-in", {"gateway": None, "nodePort": {"name": "way-in"}}),
        ("networkpolicies", "way-in", {"gateway": None, "nodePort": {"name": "way-in"}}),
        ("secrets", "echo-server-git-secret", {"secrets": {"backend": "kubernetes"}}),
    ],
)
def test_an_object_that_only_leads_to_flux_is_refused_as_well(
    cluster: Cluster, kind: str, name: str, changes: dict[str, object]
) -> None:
    cluster.objects[kind, name] = {}
    assert f" flux-system/{name} (its owner is unknown)" in refused(cluster, **changes)


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
def test_an_update_is_refused_when_the_cluster_does_not_answer(
    cluster: Cluster, status: int
) -> None:
    cluster.statuses["gitrepositories"] = status
    message = refused(cluster)
    assert "the cluster cannot be asked which objects exist (HTTPStatusError)" in message
    assert "nothing was written" in message
    assert cluster.asked.count("gitrepositories") == 1, "and is not asked again and again"
    assert cluster.asked[-1] == "gitrepositories"


@pytest.mark.parametrize(
    "kubeconfig",
    ["", "{" + SECRET, SECRET, f"[{SECRET}]", "contexts: []", "current-context: gone"],
)
@pytest.mark.parametrize("excuse", ["preview", "unreachable"])
def test_a_preview_and_who_gave_the_cluster_up_are_told_what_was_not_checked(
    cluster: Cluster,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    kubeconfig: str,
    excuse: str,
) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: excuse == "preview")
    if excuse == "preview":
        monkeypatch.delenv("PULUMI_K8S_DELETE_UNREACHABLE")
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    assert refused(cluster, kubeconfig=kubeconfig) == ""
    (line,) = told
    assert line.startswith("the cluster cannot be asked which objects exist (")
    assert line.endswith("whether one belongs to somebody else was not checked")
    assert SECRET not in line


def test_a_refused_stack_registers_nothing(cluster: Cluster, engine: Engine) -> None:
    cluster.objects["gitrepositories", "echo-server"] = {KUSTOMIZE: "fleet"}
    with pytest.raises(pulumi.RunError, match="nothing was written"):
        engine.up(kubeconfig=cluster.kubeconfig)
    assert engine.registered == []


def test_an_object_of_another_entry_is_refused_unless_the_entry_was_that_one_formerly(
    cluster: Cluster,
) -> None:
    found = ("gitrepositories", "echo-server")
    cluster.objects[found] = {}
    former = "developer-friendly/former"
    cluster.annotations[found] = {STACK_ANNOTATION: STACK, COMPONENT_ANNOTATION: former}
    message = refused(cluster)
    assert f"({COMPONENT_ANNOTATION}: {former})" in message
    assert "`formerly`" in message
    entry = {"repository": "echo-server", "formerly": "former"}
    assert refused(cluster, applications=[entry]) == ""
