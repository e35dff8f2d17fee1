"""Three sides that are as they should be; a test breaks one thing and sees what is said."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import yaml

import settings
from preflight import Account, Asked, Finding, Kubernetes, Level, examine
from preflight.checks.aws import Account as RealAccount
from preflight.github_api import GitHub
from recovery.github import BOT, OWNER
from settings.models.settings import Settings
from tests.unit.conftest import CONFIG, raw

TOKEN = "gh" + "p_canary"
REPOSITORY = "/repos/developer-friendly/echo-server"
SERVICE = {"metadata": {"name": "webhook-receiver"}}
STOPPING = (Level.FAULT, Level.UPDATE)
BOT_SETTINGS = {"login": "bot", "name": "Bot", "email": "bot@example.com"}
READY = {"type": "Ready", "status": "True"}

GROUPS = {
    "source.toolkit.fluxcd.io/v1": {"gitrepositories": "GitRepository"},
    "kustomize.toolkit.fluxcd.io/v1": {"kustomizations": "Kustomization"},
    "helm.toolkit.fluxcd.io/v2": {"helmreleases": "HelmRelease"},
    "notification.toolkit.fluxcd.io/v1": {"receivers": "Receiver"},
    "image.toolkit.fluxcd.io/v1": {
        "imagerepositories": "ImageRepository",
        "imagepolicies": "ImagePolicy",
        "imageupdateautomations": "ImageUpdateAutomation",
    },
    "external-secrets.io/v1": {
        "externalsecrets": "ExternalSecret",
        "clustersecretstores": "ClusterSecretStore",
    },
    "gateway.networking.k8s.io/v1": {"httproutes": "HTTPRoute", "gateways": "Gateway"},
    "networking.k8s.io/v1": {"ingresses": "Ingress", "ingressclasses": "IngressClass"},
    "apps/v1": {"deployments": "Deployment"},
    "v1": {"namespaces": "Namespace", "services": "Service", "events": "Event"},
}
GLOBAL = ("namespaces", "clustersecretstores", "ingressclasses")


def root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def deployment(name: str, namespace: str = "flux-system", available: int = 1) -> dict[str, Any]:
    """A Deployment of Flux, or in another namespace of External Secrets."""
    labels = {"app.kubernetes.io/part-of": "flux"} if namespace == "flux-system" else {}
    reason = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"replicas": 1},
        "status": {"availableReplicas": available, "conditions": [reason]},
    }


def _cluster() -> dict[str, Any]:
    found: dict[str, Any] = {"/version": {}, "/apis": {}}
    for version, kinds in GROUPS.items():
        found[root(version)] = {
            "resources": [
                {"name": name, "kind": kind, "namespaced": name not in GLOBAL}
                for name, kind in kinds.items()
            ]
        }
        group, _, number = version.partition("/")
        found[f"/apis/{group}"] = {"versions": [{"version": number}]}
    space, gateways = "/api/v1/namespaces", "/apis/gateway.networking.k8s.io/v1/namespaces"
    listener = {
        "name": "https",
        "protocol": "HTTPS",
        "hostname": "*.example.com",
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    names = ("source", "kustomize", "helm", "notification")
    found |= {
        f"{space}/flux-system": {"metadata": {"name": "flux-system", "labels": {"in": "yes"}}},
        space: {"items": [{"metadata": {"name": "flux-system"}}]},
        f"{space}/flux-system/services/webhook-receiver": SERVICE,
        f"{gateways}/gateway-system/gateways/public": {
            "metadata": {"name": "public", "namespace": "gateway-system"},
            "spec": {"listeners": [listener]},
            "status": {"conditions": [{"type": "Programmed", "status": "True"}]},
        },
        "/apis/gateway.networking.k8s.io/v1/gateways": {
            "items": [{"metadata": {"name": "public", "namespace": "gateway-system"}}]
        },
        "/apis/apps/v1/namespaces/flux-system/deployments": {
            "items": [deployment(f"{each}-controller") for each in names]
        },
        "/apis/apps/v1/deployments": {"items": [deployment("external-secrets", "secrets")]},
        "/apis/networking.k8s.io/v1/ingressclasses": {"items": [{"metadata": {"name": "nginx"}}]},
        "/apis/external-secrets.io/v1/clustersecretstores": {
            "items": [{"metadata": {"name": "aws-parameter-store"}}]
        },
        "/apis/external-secrets.io/v1/clustersecretstores/aws-parameter-store": {
            "spec": {"provider": {"aws": {"service": "ParameterStore", "region": "eu-central-1"}}},
            "status": {"conditions": [READY]},
        },
    }
    return found


def _github() -> dict[str, Any]:
    core = {"limit": 5000, "remaining": 4000, "reset": 1800000000, "used": 1000}
    private: dict[str, Any] = {"private": True, "archived": False}
    return {
        "GET /rate_limit": {"resources": {"core": core}},
        "GET /orgs/developer-friendly": {"deploy_keys_enabled_for_repositories": True},
        f"GET {REPOSITORY}": {"full_name": "developer-friendly/echo-server", **private},
        f"GET {REPOSITORY}/hooks": [],
        f"GET {REPOSITORY}/keys": [],
        f"GET {REPOSITORY}/branches": [{"name": "main"}],
        f"GET {REPOSITORY}/branches/main": {"name": "main"},
        f"GET {REPOSITORY}/contents/": [
            {"type": "dir", "name": "deploy", "path": "deploy"},
            {"type": "dir", "name": "charts", "path": "charts"},
            {"type": "file", "name": "README.md", "path": "README.md"},
        ],
        "GET /meta": {"ssh_keys": ["ssh-ed25519 AAAA", "ssh-rsa BBBB"]},
        "GET /user": {"login": "bot"},
        "GET /user/gpg_keys": [],
        "GET /user/emails": [{"email": "bot@example.com", "verified": True}],
    }


@dataclass
class Refused:
    """An answer that is no success."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeAccount(RealAccount):
    """An account whose calls succeed, unless `errors` has one for a service."""

    errors: dict[str, Exception]
    called: list[tuple[str, str]]

    def client(self, service: Any) -> Any:
        account = self

        class Client:
            def __getattr__(self, operation: str) -> Any:
                if operation == "close":
                    return lambda: None

                def call(**_: object) -> dict[str, Any]:
                    account.called.append((service, operation))
                    if service in account.errors:
                        raise account.errors[service]
                    return {"KeyMetadata": {"KeyState": "Enabled"}}

                return call

        return Client()


@dataclass
class Sides:
    """What GitHub, AWS and the cluster answer."""

    github: dict[str, Any] = field(default_factory=_github)
    scopes: str = ""
    cluster: dict[str, Any] = field(default_factory=_cluster)
    account: FakeAccount = field(default_factory=lambda: fake_account("eu-central-1"))
    config: dict[str, Any] = field(default_factory=dict)
    asked_for: list[str] = field(default_factory=list)
    writes: bool = True
    stack: str | None = "organization/fluxhook/unit"

    def asked(self) -> Asked:
        kubernetes = Kubernetes(self.settings().stack)
        # In place of the connection that the kubeconfig describes.
        kubernetes.__dict__["_client"] = httpx2.Client(
            base_url="http://cluster", transport=httpx2.MockTransport(self._of_cluster)
        )
        transport = httpx2.MockTransport(self._of_github)
        sides = (GitHub(OWNER, transport), GitHub(BOT, transport))
        account: Account = self.account
        return Asked(
            self.settings(), kubernetes, account, *sides, writes=self.writes, stack=self.stack
        )

    def settings(self) -> Settings:
        kubeconfig = {
            "clusters": [{"name": "c", "cluster": {"server": "http://cluster"}}],
            "contexts": [{"name": each, "context": {"cluster": "c"}} for each in ("one", "two")],
            "current-context": "one",
        }
        values = {**CONFIG, "kubeconfig": yaml.safe_dump(kubeconfig), **self.config}
        found, faults = settings.parse(
            raw({key: each for key, each in values.items() if each is not None}), "unit"
        )
        assert faults == []
        return found

    def found(self) -> list[Finding]:
        """Everything that is found."""
        return [each for result in examine(self.asked()) for each in result.findings]

    def said(self, level: Level) -> list[str]:
        """What is found of a level, as it is told."""
        return [str(each) for each in self.found() if each.level is level]

    def stopped(self) -> list[str]:
        """What stops an update."""
        return [str(each) for each in self.found() if each.level in STOPPING]

    def application(self, **keys: object) -> None:
        """Give the only application more keys."""
        self.config["applications"] = [{"repository": "echo-server", **keys}]

    def _of_github(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked_for.append(f"{request.method} {path}")
        default: object = 422 if request.method == "POST" else 404
        answer = self.github.get(f"{request.method} {path}", default)
        headers = {"X-OAuth-Scopes": self.scopes} if self.scopes else {}
        return _answer(answer, headers)

    def _of_cluster(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "POST":
            assert request.url.params["dryRun"] == "All", "a check writes nothing"
            path = f"POST {path}"
        return _answer(copy.deepcopy(self.cluster.get(path, 404)), {})


def _answer(answer: object, headers: Mapping[str, str]) -> httpx2.Response:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Refused):
        return httpx2.Response(answer.status, headers={**headers, **answer.headers}, json={})
    if isinstance(answer, int):
        return httpx2.Response(answer, headers=headers, json={"message": "no"})
    return httpx2.Response(200, headers=headers, content=json.dumps(answer).encode())


def fake_account(region: str | None) -> FakeAccount:
    account = FakeAccount(None, region)
    # Frozen, since nothing but a test changes one.
    object.__setattr__(account, "errors", {})
    object.__setattr__(account, "called", [])
    return account


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Sides:
    """All is well."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "GITHUB_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(OWNER, TOKEN)
    monkeypatch.setenv(BOT, TOKEN)
    return Sides()
