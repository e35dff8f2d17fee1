"""Reads a state file of OpenTofu or Terraform: what exists, by type and address, with the few attributes that name it.

Source: OpenTofu `internal/states/statefile/version4.go`. Any other attribute, above all a value, is not kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fluxhook.errors import Refusal

VERSION = 4
NAMES = (
    "id",
    "name",
    "type",
    "repository",
    "url",
    "title",
    "events",
    "api_version",
    "kind",
    "namespace",
)
"""Attributes that are kept; no provider of the guides has a secret in one of them."""
MANIFEST = ("manifest", "object")
"""Where a resource `kubernetes_manifest` has its object."""


@dataclass(frozen=True)
class Resource:
    """One instance of a managed resource."""

    address: str
    """Such as `module.app.github_repository_webhook.this["shop"]`, for `tofu state rm`."""
    type: str
    names: Mapping[str, Any] = field(default_factory=dict)
    """The attributes that are kept."""

    def name(self, key: str) -> str:
        """Return an attribute as text; empty if it has none."""
        value = self.names.get(key)
        return "" if value is None else str(value)


def read_state(path: Path) -> list[Resource]:
    """Return every managed resource of a state file.

    Raises:
        Refusal: It cannot be read, is encrypted, or has another format.
    """
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise Refusal(f"there is no {path}; `tofu state pull > {path}` writes it") from error
    except (OSError, ValueError) as error:
        # The error of the parser quotes the file.
        raise Refusal(f"{path} is not a state file in JSON ({type(error).__name__})") from None
    if isinstance(content, dict) and "encrypted_data" in content:
        message = f"{path} is encrypted; `tofu state pull > another-file` decrypts it"
        raise Refusal(message)
    if not isinstance(content, dict) or content.get("version") != VERSION:
        message = (
            f"{path} is not a state file of version {VERSION}; write it with `tofu state pull`"
        )
        raise Refusal(message)
    return [each for resource in content.get("resources", ()) for each in _instances(resource)]


def _instances(resource: Mapping[str, Any]) -> Iterator[Resource]:
    if resource.get("mode") != "managed":
        return
    parts = [resource["module"]] if resource.get("module") else []
    address = ".".join([*parts, resource["type"], resource["name"]])
    for instance in resource.get("instances", ()):
        key = instance.get("index_key")
        index = "" if key is None else f"[{json.dumps(key)}]"
        yield Resource(address + index, resource["type"], _names(instance.get("attributes") or {}))


def _names(attributes: Mapping[str, Any]) -> dict[str, Any]:
    names = {key: attributes[key] for key in NAMES if key in attributes}
    for key in MANIFEST:
        if isinstance(manifest := attributes.get(key), Mapping):
            metadata = manifest.get("metadata") or {}
            names["kind"] = manifest.get("kind")
            names |= {each: metadata[each] for each in ("name", "namespace") if each in metadata}
            break
    return names
