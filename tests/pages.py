"""The configurations in docs/, as a reader pastes them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from tests.deployment import ROOT

BLOCK = re.compile(r"^```yaml\n(config:\n.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"pulumi config set (?:--path )?--secret (?:--path )?([\w.]+)")


@dataclass(frozen=True)
class Block:
    """A configuration on a page."""

    name: str
    """Name of the page, and which of its configurations this is."""
    text: str
    secrets: Sequence[str]
    """Paths of the secrets that the text after it has the reader set."""


def blocks() -> Iterator[Block]:
    """Every configuration of every page."""
    for page in sorted((ROOT / "docs").glob("*.md")):
        text = page.read_text()
        found = list(BLOCK.finditer(text))
        ends = [*(match.start() for match in found[1:]), len(text)]
        for number, (match, end) in enumerate(zip(found, ends, strict=bool(found))):
            secrets = COMMAND.findall(text[match.end() : end])
            yield Block(f"{page.stem}-{number}", match[1], secrets)


def read(text: str) -> dict[str, object]:
    """The keys of a configuration, without the project's name."""
    config: dict[str, object] = yaml.safe_load(text)["config"]
    assert all(key.startswith("fluxhook:") for key in config)
    return {key.removeprefix("fluxhook:"): value for key, value in config.items()}


def set_secret(config: dict[str, object], path: str, value: str) -> None:
    """Put a secret where `pulumi config set --secret --path` puts it."""
    key, *rest = path.split(".")
    if not rest:
        config[key] = value
        return
    group = config.setdefault(key, {})
    assert isinstance(group, dict)
    name, leaf = rest
    group.setdefault(name, {})[leaf] = value


BROUGHT_UP = {
    "cluster-sync-0": "test_cluster_sync",
    "commit-status-0": "test_commit_status",
    "credentials-0": "test_github_app",
    "credentials-1": "test_kubernetes_backend",
    "credentials-2": "test_kms",
    "environments-0": "test_all_features",
    "ephemeral-0": "test_ephemeral",
    "exposure-1": "test_ways_in",
    "exposure-2": "test_ways_in",
    "exposure-3": "test_ways_in",
    "flux-instance-0": "test_flux_instance",
    "helm-0": "test_helm_delivery",
    "helm-1": "test_helm_delivery",
    "image-automation-1": "test_ssh_signing",
    "monitoring-0": "test_monitoring",
    "notifications-0": "test_notifications",
    "scaffolding-0": "test_scaffold",
}
"""Configurations whose features another test of the lab brings up: the module by the configuration.

They are only registered, by tests/unit/test_pages.py. All others, and so every new one, come up in the lab.
"""
