"""The base of all settings, and what their fields say about themselves."""

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo


class Group(BaseModel):
    """Base of every group of keys: camelCase in YAML, frozen, no undeclared key, no value in an error."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True
    )


@dataclass(frozen=True)
class Kind:
    """What a value is called in messages and in the documentation, and an example of one."""

    name: str
    example: str


@dataclass(frozen=True)
class Key:
    """One key of a group."""

    name: str
    """As it is written in YAML."""
    field: FieldInfo
    annotation: object
    """The type with all its metadata."""

    @property
    def description(self) -> str:
        """What the key is for."""
        return self.field.description or ""


def keys_of(group: type[Group]) -> Mapping[str, Key]:
    """Return the keys of a group by their names in YAML."""
    annotations = typing.get_type_hints(group, include_extras=True)
    return {
        str(field.alias): Key(str(field.alias), field, annotations[name])
        for name, field in group.model_fields.items()
    }


def group_in(annotation: object) -> type[Group] | None:
    """Return the group that a type is, or the group that its list or its optional value contains."""
    return next(
        (
            each
            for each in parts_of(annotation)
            if isinstance(each, type) and issubclass(each, Group)
        ),
        None,
    )


def kind_of(annotation: object) -> Kind | None:
    """Return the kind with which a type is annotated."""
    return next((each for each in parts_of(annotation) if isinstance(each, Kind)), None)


def is_secret(annotation: object) -> bool:
    """Return whether a type contains secrets."""
    return SecretStr in parts_of(annotation)


def is_structured(annotation: object) -> bool:
    """Return whether Pulumi hands values of a type over as JSON; others are text, even if they look like numbers."""
    return any(
        origin in (dict, tuple, int, bool)
        or (isinstance(origin, type) and issubclass(origin, Group))
        for origin in map(_origin, members_of(annotation))
    )


def parts_of(annotation: object) -> Iterator[object]:
    """Yield a type and everything that it is made of, metadata included."""
    yield annotation
    for each in typing.get_args(annotation):
        yield from parts_of(each)


def members_of(annotation: object) -> Iterator[object]:
    """Yield the types of which a value may be one, without their metadata."""
    if typing.get_origin(annotation) is typing.Annotated:
        yield from members_of(typing.get_args(annotation)[0])
    elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
        for each in typing.get_args(annotation):
            yield from members_of(each)
    else:
        yield annotation


def _origin(annotation: object) -> object:
    return typing.get_origin(annotation) or annotation
