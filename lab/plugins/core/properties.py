"""Tables of properties, and the check of values against one."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from lab.plugins.core.model import Failure
from lab.plugins.core.values import Properties, Unknown, plain, plain_object

_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "map": dict,
}


@dataclass(frozen=True)
class Property:
    """One property of a resource type.

    Attributes:
        kind: string, boolean, integer or map.
        required: Whether the user must give it.
        default: Its value where the user gives none.
        force_new: Whether a change replaces the resource.
        secret: Whether it is secret in the state even where the input is not.
        computed: Whether the API sets it where the user gives nothing.
    """

    kind: str = "string"
    required: bool = False
    default: str | int | bool | None = None
    force_new: bool = False
    secret: bool = False
    computed: bool = False


def errors_in(table: Mapping[str, Property], values: Properties) -> list[Failure]:
    """Names every property that the table does not have, that is missing, or of the wrong kind."""
    found: list[Failure] = []
    for name, value in values.items():
        if name == "__defaults":
            continue  # The official plugins' own bookkeeping, in states that they have written.
        known = table.get(name)
        inner = plain(value)
        if known is None:
            reason = "is not covered by the lab's stand-in for this resource"
            found.append(Failure(name, f"{name} {reason}"))
        elif inner is None or isinstance(inner, Unknown):
            continue
        elif not isinstance(inner, _KINDS[known.kind]) or (
            known.kind == "integer" and isinstance(inner, bool)
        ):
            found.append(Failure(name, f"{name} must be of type {known.kind}"))
    for name, known in table.items():
        if known.required and values.get(name) is None:
            found.append(Failure(name, f'Missing required property "{name}"'))
    return found


def read_config(table: Mapping[str, Property], config: Properties) -> Properties:
    """Reads a provider's options; the engine sends every option that is not a string as JSON."""
    read: Properties = {}
    for name, value in plain_object(config).items():
        if isinstance(value, str) and name in table and table[name].kind != "string":
            # Where it is not JSON, `errors_in` says which type it must have.
            with suppress(ValueError):
                value = json.loads(value)
        read[name] = value
    return read
