"""What stands around the lab's cluster: AWS, GitHub, charts, a gateway, the way out, and pods."""

import json
import sys
from collections.abc import Mapping

from lab.build.programs import MANIFESTS
from lab.build.toolchain import module_directory
from lab.run.directory import CLONE, LabDirectory, LabState, write_private
from lab.run.process import Process
from lab.world.certificates import CHARTS, PRIVATE_CHARTS, REGISTRY, SUFFIX
from lab.world.cluster import GATEWAY_CONTROLLER, INGRESS_CONTROLLER

ORGANISATION = "developer-friendly"
BOT = "developer-friendly-bot"
BOT_EMAIL = "github@developer-friendly.blog"
REPOSITORY = f"{ORGANISATION}/echo-server"

CHARTS_USER = "fluxhook"
"""Whom the private chart repository lets in; the password is the lab's token `charts`."""
APP_ID = 290
INSTALLATION_ID = 2900
"""The lab's GitHub App and its installation on the organisation; its key: `github_app_key`."""

AWS = {
    "AWS_REGION": "eu-central-1",
    # moto takes any.
    "AWS_ACCESS_KEY_ID": "fluxhook-lab",
    "AWS_SECRET_ACCESS_KEY": "fluxhook-lab",
}


def _own(lab: LabDirectory, name: str, config: Mapping[str, object]) -> list[str]:
    """Writes the configuration of a server of the lab's own; returns how to run that."""
    file = lab.config / f"{name}.json"
    write_private(file, json.dumps(config, indent=2))
    return [
        sys.executable,
        "-m",
        f"lab.world.{name}" if name in ("pods", "socks") else f"lab.{name}",
        str(file),
    ]


def surroundings(lab: LabDirectory, state: LabState) -> list[Process]:
    """AWS, GitHub, charts, the two ways between them and the cluster, and what pods have."""
    ports, tokens = state.ports, state.tokens
    moto, github = (f"http://127.0.0.1:{ports[name]}" for name in ("moto", "github"))
    accounts = [
        {"login": ORGANISATION, "type": "Organization"},
        {"login": BOT, "type": "User", "emails": [{"email": BOT_EMAIL, "verified": True}]},
    ]
    rights = [
        {"token": tokens.organisation, "login": ORGANISATION, "rights": "organisation"},
        {"token": tokens.bot, "login": BOT, "rights": "bot"},
        {"token": tokens.read_only, "login": ORGANISATION, "rights": "read-only"},
        {"token": tokens.statuses, "login": BOT, "rights": "statuses"},
    ]
    github_config = {
        "port": ports["github"],
        "ssh_port": ports["github-ssh"],
        "directory": str(lab.git),
        "ca_file": str(lab.ca_file),
        "gateway": {
            "suffix": f".{SUFFIX}",
            "port": ports["gateway"],
            "http_port": ports["gateway-http"],
        },
        "accounts": accounts,
        "tokens": rights,
        "repositories": [REPOSITORY],
        "kubeconfig": str(lab.kubeconfig),
        "https": {
            "port": ports["github-https"],
            "certificate": str(lab.certs / "github.pem"),
            "key": str(lab.certs / "github-key.pem"),
        },
        "app": {
            "id": APP_ID,
            "client_id": f"Iv23li{APP_ID}",
            "slug": "fluxhook-lab",
            "login": ORGANISATION,
            "installation_id": INSTALLATION_ID,
            "public_key": str(lab.certs / "github-app-public.pem"),
        },
    }
    gateway_config = {
        "port": ports["gateway"],
        "http_port": ports["gateway-http"],
        "kubeconfig": str(lab.kubeconfig),
        "certificate": str(lab.certs / "gateway.pem"),
        "key": str(lab.certs / "gateway-key.pem"),
        "controller": GATEWAY_CONTROLLER,
        "ingress_controller": INGRESS_CONTROLLER,
        "suffix": f".{SUFFIX}",
        "endpoints": {
            "http-webhook": ports["notification-controller"],
            "http": ports["notification-controller-events"],
        },
    }
    socks_config = {
        "port": ports["socks"],
        "map": {
            "github.com:22": f"127.0.0.1:{ports['github-ssh']}",
            "github.com:443": f"127.0.0.1:{ports['github-https']}",
            "api.github.com:443": f"127.0.0.1:{ports['github-https']}",
            f"{REGISTRY}:443": f"127.0.0.1:{ports['registry']}",
            **dict.fromkeys(
                (f"{CHARTS}:443", f"{PRIVATE_CHARTS}:443"), f"127.0.0.1:{ports['charts']}"
            ),
        },
    }
    pods_config = {"port": ports["pods"], "kubeconfig": str(lab.kubeconfig)}
    return [
        Process(
            "moto",
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(ports["moto"])],
            port=ports["moto"],
            ready=f"{moto}/moto-api/",
        ),
        Process(
            "github",
            _own(lab, "github", github_config),
            port=ports["github"],
            ready=f"{github}/meta",
        ),
        Process(
            "gateway",
            _own(lab, "gateway", gateway_config),
            port=ports["gateway"],
            ready=f"tcp://127.0.0.1:{ports['gateway']}",
            after=["cluster"],
        ),
        Process(
            "socks",
            _own(lab, "socks", socks_config),
            port=ports["socks"],
            ready=f"tcp://127.0.0.1:{ports['socks']}",
        ),
        Process(
            "pods",
            _own(lab, "pods", pods_config),
            port=ports["pods"],
            ready=f"tcp://127.0.0.1:{ports['pods']}",
            after=["cluster"],
        ),
        Process(
            "charts",
            _own(lab, "charts", _charts(lab, state)),
            port=ports["charts"],
            ready=f"tcp://127.0.0.1:{ports['charts']}",
        ),
    ]


def _charts(lab: LabDirectory, state: LabState) -> Mapping[str, object]:
    """The chart that brings Prometheus' operator, and an application's own in two versions."""
    monitoring = {
        "directory": str(CLONE / "lab/charts/kube-prometheus-stack"),
        # In a dependency, as in the real chart: what a dependency brings, Helm leaves out of the
        # release's Secret, of which these would fill three quarters.
        "added": {
            "charts/crds/crds": str(
                module_directory("prometheus-operator") / MANIFESTS["prometheus-operator"]
            ),
        },
    }
    application = str(CLONE / "examples/echo-server/charts/echo-server")
    return {
        "port": state.ports["charts"],
        "certificate": str(lab.certs / "charts.pem"),
        "key": str(lab.certs / "charts-key.pem"),
        "repositories": [
            {"host": CHARTS, "path": "/helm-charts", "charts": [monitoring]},
            {
                "host": PRIVATE_CHARTS,
                "charts": [
                    {"directory": application, "version": version} for version in ("0.2.0", "0.1.0")
                ],
                "user": CHARTS_USER,
                "password": state.tokens.charts,
            },
        ],
    }
