"""What stands around the lab's cluster: AWS, GitHub, a gateway, and the way out."""

import json
import sys
from collections.abc import Mapping

from lab.certificates import REGISTRY, SUFFIX
from lab.cluster import GATEWAY_CONTROLLER
from lab.directory import LabDirectory, LabState, write_private
from lab.process import Process

ORGANISATION = "developer-friendly"
BOT = "developer-friendly-bot"
BOT_EMAIL = "github@developer-friendly.blog"
REPOSITORY = f"{ORGANISATION}/echo-server"

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
    return [sys.executable, "-m", f"lab.{name}", str(file)]


def surroundings(lab: LabDirectory, state: LabState) -> list[Process]:
    """AWS, GitHub, and the two ways between them and the cluster."""
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
        "gateway": {"suffix": f".{SUFFIX}", "port": ports["gateway"]},
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
        "kubeconfig": str(lab.kubeconfig),
        "certificate": str(lab.certs / "gateway.pem"),
        "key": str(lab.certs / "gateway-key.pem"),
        "controller": GATEWAY_CONTROLLER,
    }
    socks_config = {
        "port": ports["socks"],
        "map": {
            "github.com:22": f"127.0.0.1:{ports['github-ssh']}",
            "github.com:443": f"127.0.0.1:{ports['github-https']}",
            "api.github.com:443": f"127.0.0.1:{ports['github-https']}",
            f"{REGISTRY}:443": f"127.0.0.1:{ports['registry']}",
        },
    }
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
    ]
