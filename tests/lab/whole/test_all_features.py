"""Everything at once, under odd names: three applications and a cluster's own repository, by one stack."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.world import push
from lab.world.surroundings import APP_ID, BOT, BOT_EMAIL, CHARTS_USER, INSTALLATION_ID
from tests.deployment import Deployment, deployed
from tests.lab import monitoring
from tests.lab.conftest import EXAMPLE
from tests.lab.secret_values import secret_value
from tests.lab.whole.inventory import inventory
from tests.world import World, eventually

NAME = "everything"
ODD = "Every.thing_git-Chart-"
"""A repository with everything that GitHub allows in a name."""
BRANCH = "release/1.0_x-y"
SECRETS = (
    *("botPassphrase", "registryToken", "chartToken", "commitStatusToken", "githubAppPrivateKey"),
    *("slackWebhook", "discordWebhook"),
)
APPLICATIONS: list[dict[str, object]] = [
    {
        "repository": f"{NAME}-kustomize",
        "createNamespace": True,
        "commitStatus": True,
        "kustomization": {
            "path": "./kustomize/overlays/dev",
            "targetNamespace": f"{NAME}-kustomize",
        },
        "image": {"name": f"ghcr.io/developer-friendly/{NAME}", "private": True},
        "scaffold": {"port": 8080},
    },
    {
        "repository": f"{NAME}-chart",
        "credentials": "github-app",
        "createNamespace": True,
        "helmRelease": {
            "chart": "echo-server",
            "repository": {"url": "https://charts.fluxhook.test", "username": CHARTS_USER},
            "targetNamespace": f"{NAME}-chart",
            "values": {"replicaCount": 2},
        },
    },
    {
        "repository": ODD,
        "name": f"{NAME}-git-chart",
        "branch": BRANCH,
        "deployKey": {"title": "flux \"at\" 100% 'é' \\ {{.}}"},
        "createNamespace": True,
        "helmRelease": {
            "chart": "./charts/echo-server",
            "driftDetection": "warn",
            "targetNamespace": f"{NAME}-git-chart",
        },
    },
]
CONFIG: dict[str, object] = {
    "secrets": {"store": {"region": "eu-central-1"}},
    "secretStore": NAME,
    "bot": {"login": BOT, "name": 'Bôt "O\'Friendly" \\ 100% $(x) {{.}} 机', "email": BOT_EMAIL},
    "githubApp": {"id": APP_ID, "installationId": INSTALLATION_ID},
    "fluxInstance": {"version": "2.9.x"},
    "monitoring": {},
    "notifications": [
        {"name": f"{NAME}-alertmanager", "type": "alertmanager"},
        {"name": f"{NAME}-generic", "type": "generic", "address": "http://127.0.0.1:9/"},
    ],
    "notificationSecrets": {f"{NAME}-alertmanager": {"address": "http://127.0.0.1:9/"}},
    "clusterSync": {"repository": f"{NAME}-fleet", "path": "./clusters/lab", "name": NAME},
    "applications": APPLICATIONS,
}
TABLES = {
    *("RandomPassword", "RepositoryDeployKey", "Parameter", "UserGpgKey", "ExternalSecret"),
    *("GitRepository", "Kustomization", "HelmRepository", "HelmRelease", "RepositoryFile"),
    *("ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "Receiver", "HTTPRoute"),
    *("RepositoryWebhook", "Provider", "Alert", "AlertmanagerConfig", "ClusterSecretStore"),
    *("FluxInstance", "Namespace"),
}
"""What an application and a stack are made of, by kind; the other exposures exclude this one."""
REPOSITORIES = [*(f"{NAME}-{each}" for each in ("fleet", "kustomize", "chart")), ODD]


@pytest.fixture
def everything(world: World, tmp_path: Path, without_monitoring: None) -> Iterator[Deployment]:
    """The stack, not yet up, and its repositories with what they deliver."""
    with deployed(world, NAME, tmp_path) as stack:
        stack.config |= CONFIG | {key: secret_value(key, world) for key in SECRETS}
        stack.config["botPassphrase"] = "pa\"ss' \\ 100% $(x) {{.}} 机" + secrets.token_hex()
        for repository in REPOSITORIES:
            world.make_repository(repository)
        with push.connect(world.state) as github:
            files = push.example(EXAMPLE)
            push.commit(github, f"developer-friendly/{ODD}", "The application", files, BRANCH)
            manifest = (
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fleet, namespace: default}\n"
            )
            fleet = {"clusters/lab/fleet.yaml": manifest}
            push.commit(github, f"developer-friendly/{NAME}-fleet", "The cluster", fleet)
        yield stack


@pytest.mark.usefixtures("flux_operator", "without_monitoring")
def test_every_feature_at_once_comes_up_stays_unchanged_and_goes_without_a_trace(
    everything: Deployment,
) -> None:
    world = everything.world
    before = inventory(world)
    made = everything.up().steps
    assert set(made.values()) == {"create"}
    assert {step.partition(" ")[0] for step in made} >= TABLES
    for repository in REPOSITORIES:
        eventually(pinged, world, repository)
    assert everything.up("--expect-no-changes").steps == {}
    assert everything.preview("--refresh", "--expect-no-changes").steps == {}
    everything.operate("destroy")
    # Helm leaves the monitoring chart's definitions and namespace.
    monitoring.remove_leftovers(world)
    assert inventory(world) - before == set()
    for repository in REPOSITORIES:
        assert world.get(f"/repos/developer-friendly/{repository}/hooks") == []
        assert world.get(f"/repos/developer-friendly/{repository}/keys") == []
    assert world.bot.get("/user/gpg_keys").json() == []


def pinged(world: World, repository: str) -> None:
    """GitHub's ping has reached the cluster."""
    path = f"/repos/developer-friendly/{repository}/hooks"
    (hook,) = world.get(path)
    (ping,) = [
        each for each in world.get(f"{path}/{hook['id']}/deliveries") if each["event"] == "ping"
    ]
    assert ping["status_code"] == 200, ping
