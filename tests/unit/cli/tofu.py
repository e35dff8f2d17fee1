"""A state of OpenTofu as the stacks of guide 001 leave it; its secrets are canaries."""

import json
from pathlib import Path
from typing import Any

CANARY = "canary-" + "of-a-secret"


def resource(type_: str, name: str, *instances: dict[str, Any], **more: object) -> dict[str, Any]:
    """One resource; an instance is its attributes, and may have an `index_key`."""
    return {
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": 'provider["registry.opentofu.org/integrations/github"]',
        "instances": [
            {
                "schema_version": 1,
                **({"index_key": each["index_key"]} if "index_key" in each else {}),
                "attributes": {key: value for key, value in each.items() if key != "index_key"},
                "sensitive_attributes": [],
                "private": "bnVsbA==",
            }
            for each in instances
        ],
        **more,
    }


def webhook(repository: str, number: int, **more: object) -> dict[str, Any]:
    """The attributes of a github_repository_webhook."""
    return {
        "id": str(number),
        "repository": repository.partition("/")[2],
        "url": f"https://api.github.com/repos/{repository}/hooks/{number}",
        "events": ["ping", "push"],
        "active": True,
        "configuration": [
            {"url": "https://3fd76690.example.com", "content_type": "json", "secret": CANARY}
        ],
        "etag": 'W/"abc"',
        **more,
    }


def parameter(name: str, **more: object) -> dict[str, Any]:
    """The attributes of an aws_ssm_parameter."""
    return {"id": name, "name": name, "type": "SecureString", "value": CANARY, "version": 1, **more}


def deploy_key(repository: str, number: int) -> dict[str, Any]:
    """The attributes of a github_repository_deploy_key."""
    name = repository.partition("/")[2]
    return {
        "id": f"{name}:{number}",
        "repository": name,
        "title": "Developer Friendly Bot",
        "key": "ssh-ed25519 AAAA",
        "read_only": False,
    }


def private_key() -> dict[str, Any]:
    """The attributes of a tls_private_key."""
    return {"id": "0123", "algorithm": "ED25519", "private_key_pem": CANARY}


def write(path: Path, *resources: dict[str, Any], **more: object) -> Path:
    """Write a state file."""
    state = {"version": 4, "terraform_version": "1.10.0", "serial": 3, "lineage": "0-1"}
    path.write_text(json.dumps({**state, "outputs": {}, "resources": resources, **more}))
    return path
