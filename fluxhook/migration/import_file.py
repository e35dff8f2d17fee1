"""Writes the file for `pulumi import --file`: resources below the components that the program makes them in.

It has names and ids alone. Source: `pulumi import --help`; pulumi `pkg/cmd/pulumi/operations/import.go`, "importSpec".
"""

from collections.abc import Iterable
from importlib import metadata
from typing import Any

from fluxhook.migration.plan import WEBHOOK, Step
from settings.models.settings import PROJECT

GITHUB = "pulumi:providers:github"
PLUGINS = {"github": "pulumi-github", "aws": "pulumi-aws"}
"""Python package of each provider: the program's SDK says which version of the plugin it uses."""


def import_file(steps: Iterable[Step]) -> dict[str, Any]:
    """Return the content of the file; each entry comes behind those that it names."""
    entries: dict[str, dict[str, Any]] = {}
    for step in steps:
        if step.place is None:
            continue
        above: dict[str, str] = {}
        for type_, name in step.place.components:
            key = f"{type_} {name}"
            component = {"type": f"{PROJECT}:index:{type_}", "name": key, "logicalName": name}
            entries.setdefault(key, {**component, "component": True, **above})
            above = {"parent": key}
        version = metadata.version(PLUGINS[step.type.partition(":")[0]])
        entry = {"type": step.type, "name": f"{step.type} {step.id}", "id": step.id}
        entry |= {"logicalName": step.place.name, "version": version, **above}
        if step.type == WEBHOOK:
            # The program has a provider of its own for each owner, called after it.
            owner = step.place.name.partition("/")[0]
            provider: dict[str, Any] = {
                "type": GITHUB,
                "name": f"provider {owner}",
                "logicalName": owner,
            }
            provider |= {"version": version, "inputs": {"owner": owner}}
            entries.setdefault(f"provider {owner}", provider)
            entry["provider"] = f"provider {owner}"
        entries[entry["name"]] = entry
    return {"resources": list(entries.values())}
