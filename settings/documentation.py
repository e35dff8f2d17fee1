"""Writes Pulumi.yaml and docs/configuration.md from the models: `make docs`."""

import inspect
import json
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import annotated_types
import jinja2
from pydantic import SecretStr

from settings.models.application import Application
from settings.models.generations import OwnGenerations
from settings.models.group import Group, Key, group_in, keys_of, kind_of, members_of, parts_of
from settings.models.stack import Stack

ROOT = Path(__file__).parents[1]
DERIVED: Mapping[tuple[type[Group], str], str] = {(Application, "name"): "the repository's"}
"""Defaults that follow from other keys."""
ANCHORS: Mapping[type[Group], str] = {OwnGenerations: "generations-1"}
"""Anchors of groups whose heading is on the page already: GitHub numbers them."""


@dataclass(frozen=True)
class Row:
    """One key."""

    name: str
    type: str
    default: str
    text: str


@dataclass(frozen=True)
class Section:
    """One group of keys; without a name it is the outermost one."""

    name: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Part:
    """The stack, or an application."""

    title: str
    text: str
    sections: tuple[Section, ...]


def generated() -> Mapping[Path, str]:
    """Return the content of every generated file."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    parts = (
        Part(
            "The stack",
            "Each key as `fluxhook:<key>`."
            " Exactly one of `gateway`, `ingress`, `nodePort` and `loadBalancer` is required.",
            tuple(_sections(Stack)),
        ),
        Part(
            "An application",
            "An entry of the list `fluxhook:applications`, which needs at least one unless there is a `clusterSync`.",
            tuple(_sections(Application)),
        ),
    )
    keys = [Row(key.name, "", "", _summary(key)) for key in keys_of(Stack).values()]
    keys.append(
        Row(
            "applications",
            "",
            "",
            "the repositories to deliver: a list, each with at least `repository`",
        )
    )
    return {
        ROOT / "Pulumi.yaml": environment.get_template("Pulumi.yaml.jinja").render(keys=keys),
        ROOT / "docs" / "configuration.md": environment.get_template(
            "configuration.md.jinja"
        ).render(parts=parts),
    }


def _summary(key: Key) -> str:
    default = key.field.default
    shown = default if isinstance(default, (str, int)) and not key.field.is_required() else None
    if isinstance(default, bool):
        shown = json.dumps(default)
    group = group_in(key.annotation)
    more = (
        f": {', '.join(keys_of(group))}"
        if group
        else f" (default: {shown})"
        if shown is not None
        else ""
    )
    return key.description + more


def _sections(group: type[Group]) -> Iterator[Section]:
    groups = _groups(group)
    for path, each in groups.items():
        text = (inspect.getdoc(each) or "").partition("\n")[0]
        yield Section(path, text, tuple(_row(each, key, groups) for key in keys_of(each).values()))


def _groups(group: type[Group], path: str = "") -> dict[str, type[Group]]:
    """Return a group and those within it by their paths: each where it stands first."""
    found = {path: group}
    for key in keys_of(group).values():
        if inner := group_in(key.annotation):
            for place, each in _groups(inner, f"{path}.{key.name}".lstrip(".")).items():
                if each not in found.values():
                    found[place] = each
    return found


def _row(group: type[Group], key: Key, groups: Mapping[str, type[Group]]) -> Row:
    default = DERIVED.get((group, key.name)) or _default(key)
    return Row(
        key.name,
        _type(key.annotation, groups) + _bounds(key),
        default,
        key.description,
    )


def _default(key: Key) -> str:
    value = key.field.default
    if key.field.is_required():
        return "required"
    if value in (None, (), {}) or isinstance(value, Group):
        return ""
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _type(annotation: object, groups: Mapping[str, type[Group]]) -> str:
    """Describe a type in a few words."""
    (member,) = [each for each in members_of(annotation) if each is not type(None)]
    origin, inner = typing.get_origin(member), typing.get_args(member)
    if group := group_in(annotation):
        path = next(path for path, each in groups.items() if each is group)
        anchor = ANCHORS.get(group) or re.sub(r"[^a-z]", "", path.lower())
        return f"[{'list of groups' if origin is tuple else 'group'}](#{anchor})"
    if origin is tuple:
        each = _type(inner[0], groups)
        return f"list of {each if each.endswith(('`', 'text')) else f'{each}s'}"
    if origin is dict:
        return "map of secrets" if SecretStr in parts_of(member) else "map"
    if kind := kind_of(annotation):
        return kind.name
    if origin is typing.Literal:
        return _words(inner)
    if isinstance(member, type) and issubclass(member, Enum):
        return _words([each.value for each in member])
    names: Mapping[object, str] = {bool: "true or false", int: "number", SecretStr: "secret"}
    return names.get(member, "text")


def _words(words: typing.Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in words)


def _bounds(key: Key) -> str:
    nested = (each for part in parts_of(key.annotation) for each in getattr(part, "metadata", ()))
    constraints = [*key.field.metadata, *nested]
    least = next((each.ge for each in constraints if isinstance(each, annotated_types.Ge)), None)
    most = next((each.le for each in constraints if isinstance(each, annotated_types.Le)), None)
    if least is None:
        return ""
    return f", at least {least}" if most is None else f" from {least} to {most}"


def main() -> None:
    """Write every generated file."""
    for path, content in generated().items():
        path.write_text(content)


if __name__ == "__main__":
    main()
