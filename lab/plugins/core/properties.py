"""Tables of properties, and what is wrong with values that should follow one."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from lab.plugins.core.model import Failure
from lab.plugins.core.values import Properties, Unknown, plain, plain_object

_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "list": list,
    "map": dict,
    "object": dict,
}


@dataclass(frozen=True)
class Property:
    """One property of a resource type.

    Attributes:
        kind: string, boolean, integer, list, map or object.
        required: Whether the user must give it.
        default: What it is where the user gives nothing.
        force_new: Whether a change replaces the resource.
        secret: Whether its output is secret whatever the input is.
        computed: Whether the far side fills it where the user gives nothing.
        fields: The properties of an object.
    """

    kind: str = "string"
    required: bool = False
    default: str | int | bool | None = None
    force_new: bool = False
    secret: bool = False
    computed: bool = False
    fields: "Mapping[str, Property]" = field(default_factory=dict)


def faults(table: Mapping[str, Property], values: Properties, prefix: str = "") -> list[Failure]:
    """Every property that is unknown to the table, missing, or of the wrong kind."""
    found: list[Failure] = []
    for name, value in values.items():
        if name == "__defaults":
            continue  # The official plugins' own bookkeeping, in states that they have written.
        path = f"{prefix}{name}"
        known = table.get(name)
        inner = plain(value)
        if known is None:
            reason = "is not covered by the lab's stand-in for this resource"
            found.append(Failure(path, f"{path} {reason}"))
        elif inner is None or isinstance(inner, Unknown):
            continue
        elif not isinstance(inner, _KINDS[known.kind]) or (
            known.kind == "integer" and isinstance(inner, bool)
        ):
            found.append(Failure(path, f"{path} must be of type {known.kind}"))
        elif isinstance(inner, dict) and known.fields:
            found += faults(known.fields, inner, f"{path}.")
    for name, known in table.items():
        if known.required and values.get(name) is None:
            path = f"{prefix}{name}"
            found.append(Failure(path, f'Missing required property "{path}"'))
    return found


def read_config(table: Mapping[str, Property], config: Properties) -> Properties:
    """A provider's options in their own types; the engine sends all but texts as JSON."""
    read: Properties = {}
    for name, value in plain_object(config).items():
        if isinstance(value, str) and name in table and table[name].kind != "string":
            # Where it is no JSON, `faults` says which type it must have.
            with suppress(ValueError):
                value = json.loads(value)
        read[name] = value
    return read
