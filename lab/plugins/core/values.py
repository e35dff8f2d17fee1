"""Property values as the engine sends them: JSON, secrets, and values that are not known yet.

The wire form is `google.protobuf.Struct` with two special forms (Pulumi's
`sdk/go/common/resource/plugin/rpc.go`): an object with a signature key for a secret, and a fixed
string for a value that is known only after the update.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from google.protobuf.struct_pb2 import NullValue, Struct
from google.protobuf.struct_pb2 import Value as WireValue

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SEALED = "1b47061264138c4ac30d75fd1eb44270"
# One for each type of the value to come: string, boolean, number, array, object.
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = {
    _UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
# Characters below which a text is not hidden in messages.
_SHORTEST = 8


class Unknown:
    """A value that the engine does not know yet, as in a preview."""


UNKNOWN = Unknown()


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that the engine must encrypt in the state and hide in its output."""

    value: "Value"


Value: TypeAlias = (
    "bool | int | float | str | list[Value] | dict[str, Value] | Secret | Unknown | None"
)
Properties: TypeAlias = dict[str, Value]


class UnsupportedValueError(Exception):
    """An asset, archive or resource reference: nothing that the stand-ins cover takes one."""


def decode(wire: Struct) -> Properties:
    """Reads an object from the wire; whole numbers come back as `int`.

    Raises:
        UnsupportedValueError: The object holds an asset, an archive or a resource reference.
    """
    return {key: _decode(value) for key, value in wire.fields.items()}


def encode(properties: Mapping[str, Value]) -> Struct:
    """Writes an object to the wire."""
    return Struct(fields={key: _encode(value) for key, value in properties.items()})


def _decode(wire: WireValue) -> Value:
    kind = wire.WhichOneof("kind")
    if kind == "struct_value":
        fields = wire.struct_value.fields
        if _SIGNATURE not in fields:
            return decode(wire.struct_value)
        if fields[_SIGNATURE].string_value != _SEALED:
            raise UnsupportedValueError(
                "the lab's stand-in provider takes no assets, archives or resource references"
            )
        return Secret(plain(_decode(fields["value"])))
    if kind == "list_value":
        return [_decode(value) for value in wire.list_value.values]
    if kind == "number_value":
        number = wire.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if wire.string_value in _UNKNOWNS else wire.string_value
    if kind == "bool_value":
        return wire.bool_value
    return None


def _encode(value: Value) -> WireValue:
    if isinstance(value, Secret):
        signed: Properties = {_SIGNATURE: _SEALED, "value": value.value}
        return WireValue(struct_value=encode(signed))
    if isinstance(value, Unknown):
        return WireValue(string_value=_UNKNOWN)
    if isinstance(value, dict):
        return WireValue(struct_value=encode(value))
    if isinstance(value, list):
        wire = WireValue()
        wire.list_value.values.extend(_encode(item) for item in value)
        return wire
    if isinstance(value, bool):
        return WireValue(bool_value=value)
    if isinstance(value, (int, float)):
        return WireValue(number_value=value)
    if isinstance(value, str):
        return WireValue(string_value=value)
    return WireValue(null_value=NullValue.NULL_VALUE)


def plain(value: Value) -> Value:
    """The value with every secret unwrapped; what is unknown stays unknown."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def plain_object(value: Value) -> Properties:
    """The value as an object without secrets; an empty one where it is anything else."""
    unwrapped = plain(value)
    return unwrapped if isinstance(unwrapped, dict) else {}


def has_unknown(value: Value) -> bool:
    """Whether any part of the value is not known yet."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def secret_like(value: Value, model: Value) -> Value:
    """The value, secret wherever the model is.

    An output must be as secret as the input it came from, or the engine would store it in clear.
    """
    if isinstance(model, Secret):
        return value if isinstance(value, Secret) else Secret(plain(value))
    if isinstance(value, Secret):
        return value
    if isinstance(value, dict) and isinstance(model, dict):
        return {
            key: secret_like(item, model[key]) if key in model else item
            for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(model, list):
        longer = [*model, *([None] * (len(value) - len(model)))]
        return [secret_like(item, other) for item, other in zip(value, longer, strict=False)]
    return value


def object_like(value: Properties, model: Properties) -> Properties:
    """`secret_like` for two objects."""
    return {
        key: secret_like(item, model[key]) if key in model else item for key, item in value.items()
    }


def secrets_in(value: Value, within: bool = False) -> set[str]:
    """Every text that is part of a secret; short ones, which would hit by chance, left out."""
    if isinstance(value, Secret):
        return secrets_in(value.value, within=True)
    if isinstance(value, dict):
        return set().union(*(secrets_in(item, within) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(secrets_in(item, within) for item in value))
    return {value} if within and isinstance(value, str) and len(value) >= _SHORTEST else set()


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret replaced."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text
