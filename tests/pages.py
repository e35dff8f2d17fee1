"""The stack configurations in docs/, in the form in which a reader pastes them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from tests.deployment import ROOT

BLOCK = re.compile(r"^```yaml\n(config:\n.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"pulumi config set (?:--path )?--secret (?:--path )?([\w.]+)")


@dataclass(frozen=True)
class Block:
    """One configuration on a page."""

    name: str
    """Name of the page and number of the configuration, such as `helm-0`."""
    text: str
    secrets: Sequence[str]
    """Paths of the secrets that the text below it tells the reader to set."""


def blocks() -> Iterator[Block]:
    """Yields every configuration of every page."""
    for page in sorted((ROOT / "docs").glob("*.md")):
        text = page.read_text()
        found = list(BLOCK.finditer(text))
        ends = [*(match.start() for match in found[1:]), len(text)]
        for number, (match, end) in enumerate(zip(found, ends, strict=bool(found))):
            secrets = COMMAND.findall(text[match.end() : end])
            yield Block(f"{page.stem}-{number}", match[1], secrets)


def read(text: str) -> dict[str, object]:
    """Returns the keys of a configuration without the prefix `fluxhook:`."""
    config: dict[str, object] = yaml.safe_load(text)["config"]
    assert all(key.startswith("fluxhook:") for key in config)
    return {key.removeprefix("fluxhook:"): value for key, value in config.items()}


def set_secret(config: dict[str, object], path: str, value: str) -> None:
    """Sets a secret at the place where `pulumi config set --secret --path` sets it."""
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
    "kustomization-0": "test_monorepo",
    "monitoring-0": "test_monitoring",
    "notifications-0": "test_notifications",
    "rotation-0": "test_rotation",
    "scaffolding-0": "test_scaffold",
    "several-deliveries-0": "test_monorepo",
    "several-deliveries-1": "test_monorepo",
}
"""Configurations whose features another test deploys in the lab: the test module by the configuration.

For these, tests/unit/test_pages.py only runs the program without an engine. Every other configuration, also a new
one, is deployed in the lab.
"""
