"""Inputs of every component, as a program without a stack file writes them."""

from typing import Any

import pulumi

from components import ExposureArgs, StoredSecret

EXPOSURE: ExposureArgs = {"host": "flux.example.com", "gateway": {"name": "public"}}
PRIVATE_KEY = "private" + "-key"


def stored(name: str) -> StoredSecret:
    """A secret as another component has stored it."""
    return {
        "value": pulumi.Output.secret(PRIVATE_KEY),
        "parameter_name": f"/{name}",
        "parameter_version": 1,
    }


def everything(name: str) -> dict[str, dict[str, Any]]:
    """Inputs of one instance of each component, with all that it may create."""
    repository = f"acme/{name}"
    image = {"name": f"ghcr.io/acme/{name}", "token": "registry" + "-token"}
    committer = {"name": "Bot", "email": "bot@acme.example", "signing_key": stored("signing-key")}
    own = {"repository": repository, "object_name": name}
    return {
        "Application": {
            "repository": repository,
            "exposure": EXPOSURE,
            "image": image,
            "committer": committer,
            "commit_status": {"token": "status" + "-token"},
            "scaffold": {},
        },
        "Bot": {"login": name, "user_name": "Bot", "email": "bot@acme.example", "passphrase": "p"},
        "Cluster": {
            "flux_instance": {},
            "secret_store": {"region": "eu-central-1"},
            "node_port": {"name": "on-each-node"},
            "load_balancer": {},
            "namespaces": ["shop"],
        },
        "DeployKey": {"repository": repository},
        "GithubApp": {"app_id": 12, "private_key": PRIVATE_KEY},
        "Image": {
            **own,
            "image": image,
            "source_name": name,
            "branch": "main",
            "path": "./",
            "committer": committer,
        },
        "Monitoring": {"slack_webhook": "slack" + "-url", "discord_webhook": "discord" + "-url"},
        "Notification": {
            "name": name,
            "type": "slack",
            "secret_values": {"address": "slack" + "-url"},
        },
        "Webhook": {**own, "sources": {"GitRepository": [name]}, "exposure": EXPOSURE},
    }
