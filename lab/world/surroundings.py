"""The processes around the lab's cluster: AWS, GitHub, charts, gateway, proxy and pods."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from lab.build.programs import MANIFESTS
from lab.build.toolchain import module_directory
from lab.run.directory import CLONE, LabDirectory, write_private
from lab.run.process import Process
from lab.run.state import LabState
from lab.world.certificates import CHARTS, PRIVATE_CHARTS, REGISTRY, SUFFIX
from lab.world.cluster import GATEWAY_CONTROLLER, INGRESS_CONTROLLER

ORGANISATION = "developer-friendly"
BOT = "developer-friendly-bot"
BOT_EMAIL = "github@developer-friendly.blog"
REPOSITORY = f"{ORGANISATION}/echo-server"

CHARTS_USER = "fluxhook"
"""The user of the private chart repository; the password is the lab's token `charts`."""

APP_ID = 290
INSTALLATION_ID = 2900
"""The lab's GitHub App and its installation on the organisation; its key: `github_app_key`."""

Ports: TypeAlias = Mapping[str, int]
"""The lab's ports by name."""

AWS = {
    "AWS_REGION": "eu-central-1",
    # moto takes any.
    "AWS_ACCESS_KEY_ID": "fluxhook-lab",
    "AWS_SECRET_ACCESS_KEY": "fluxhook-lab",
}


def _server(
    lab: LabDirectory,
    ports: Ports,
    name: str,
    config: Mapping[str, object],
    *,
    module: str | None = None,
    ready: str | None = None,
    after: Sequence[str] = (),
) -> Process:
    """Writes the configuration of one of the lab's own servers; returns its process.

    Args:
        lab: Where the configuration file goes; only its owner may read it.
        ports: The server listens on the port of its name.
        name: The server's name.
        config: The configuration, without the port.
        module: The Python module to run; `lab.NAME` if it is not given.
        ready: The URL that tells when it is ready; without one, its port must accept.
        after: The processes and steps that must be ready before.
    """
    file = lab.config / f"{name}.json"
    write_private(file, json.dumps({"port": ports[name], **config}, indent=2))
    return Process(
        name,
        [sys.executable, "-m", module or f"lab.{name}", str(file)],
        port=ports[name],
        ready=ready or f"tcp://127.0.0.1:{ports[name]}",
        after=after,
    )


def surroundings(lab: LabDirectory, state: LabState) -> list[Process]:
    """The processes around the cluster, one function each."""
    ports = state.ports
    return [
        _moto(ports),
        _github(lab, state),
        gateway(lab, ports),
        _socks(lab, ports),
        _server(
            lab,
            ports,
            "pods",
            {"kubeconfig": str(lab.kubeconfig)},
            module="lab.world.pods",
            after=["cluster"],
        ),
        _server(lab, ports, "charts", _charts(lab, state)),
    ]


def _moto(ports: Ports) -> Process:
    port = ports["moto"]
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    return Process("moto", argv, port=port, ready=f"http://127.0.0.1:{port}/moto-api/")


def _github(lab: LabDirectory, state: LabState) -> Process:
    ports, tokens = state.ports, state.tokens
    config = {
        "ssh_port": ports["github-ssh"],
        "directory": str(lab.git),
        "ca_file": str(lab.ca_file),
        "gateway": {
            "suffix": f".{SUFFIX}",
            "port": ports["gateway"],
            "http_port": ports["gateway-http"],
        },
        "accounts": [
            {"login": ORGANISATION, "type": "Organization"},
            {"login": BOT, "type": "User", "emails": [{"email": BOT_EMAIL, "verified": True}]},
        ],
        "tokens": [
            {"token": tokens.organisation, "login": ORGANISATION, "rights": "organisation"},
            {"token": tokens.bot, "login": BOT, "rights": "bot"},
            {"token": tokens.read_only, "login": ORGANISATION, "rights": "read-only"},
            {"token": tokens.statuses, "login": BOT, "rights": "statuses"},
        ],
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
    return _server(lab, ports, "github", config, ready=f"http://127.0.0.1:{ports['github']}/meta")


def gateway(lab: LabDirectory, ports: Ports) -> Process:
    """The gateway; `notification-controller` and its `-events` are the ports it forwards to."""
    config = {
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
    return _server(lab, ports, "gateway", config, after=["cluster"])


def _socks(lab: LabDirectory, ports: Ports) -> Process:
    targets = {
        "github.com:22": "github-ssh",
        "github.com:443": "github-https",
        "api.github.com:443": "github-https",
        f"{REGISTRY}:443": "registry",
        f"{CHARTS}:443": "charts",
        f"{PRIVATE_CHARTS}:443": "charts",
    }
    mapped = {host: f"127.0.0.1:{ports[name]}" for host, name in targets.items()}
    return _server(lab, ports, "socks", {"map": mapped}, module="lab.world.socks")


def _charts(lab: LabDirectory, state: LabState) -> Mapping[str, object]:
    """A public repository with kube-prometheus-stack, a private one with the example's chart."""
    monitoring = {
        "directory": str(CLONE / "lab/charts/kube-prometheus-stack"),
        # In a dependency, as in the real chart: Helm leaves the CRDs of a dependency out of the
        # release's Secret, and these would fill three quarters of it.
        "added": {
            "charts/crds/crds": str(
                module_directory("prometheus-operator") / MANIFESTS["prometheus-operator"]
            ),
        },
    }
    application = str(CLONE / "examples/echo-server/charts/echo-server")
    return {
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
