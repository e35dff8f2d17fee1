"""The file `Pulumi.<stack>.yaml`: where it is, its faults, and an entry more without touching the rest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import settings
from fluxhook.errors import ExitCode, Refusal
from fluxhook.stacks.engine import Engine
from settings.models.settings import APPLICATIONS, PROJECT

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True)
class StackFile:
    """The file of one stack, which need not exist yet."""

    path: Path
    stack: str
    """Name of the stack, without organisation and project."""

    def text(self) -> str:
        """Return its content.

        Raises:
            Refusal: It does not exist.
        """
        try:
            return self.path.read_text()
        except FileNotFoundError as error:
            message = (
                f"there is no {self.path.name}; `fluxhook init --stack {self.stack}` writes it"
            )
            raise Refusal(message, ExitCode.NO_STACK) from error


def find(directory: Path, stack: str | None) -> StackFile:
    """Return the file of a stack, by default of the selected one.

    Args:
        directory: Where the program is, or below.
        stack: Its name, also with organisation and project in front.

    Raises:
        Refusal: There is no program, or no stack is named and none is selected.
    """
    places = [directory.resolve(), *directory.resolve().parents]
    root = next((at for at in places for name in PROJECT_FILES if (at / name).is_file()), None)
    if root is None:
        message = f"there is no Pulumi.yaml in {directory.resolve()} or above; name its directory: -C DIRECTORY"
        raise Refusal(message, ExitCode.NO_STACK)
    name = (stack or Engine(root).run("stack", "--show-name").strip()).rpartition("/")[2]
    return StackFile(root / f"Pulumi.{name}.yaml", name)


def faults(text: str, stack: str) -> list[str]:
    """Return the faults that the program would find, whatever the encrypted values are.

    Raises:
        Refusal: `text` is not YAML, or not a stack file.
    """
    config = _loaded(text).get("config") or {}
    prefix = f"{PROJECT}:"
    own = {
        key.removeprefix(prefix): _as_pulumi_hands_over(value)
        for key, value in config.items()
        if key.startswith(prefix)
    }
    return settings.parse(own, stack)[1]


def with_application(text: str, entry: Mapping[str, object]) -> str:
    """Return the file with one more application at the end of its list; every other byte stays the same.

    Raises:
        Refusal: The file is not one to which an entry can be added; the message has the entry to add by hand.
    """
    expected = _loaded(text)
    applications = expected.setdefault("config", {}).setdefault(APPLICATIONS, None) or []
    expected["config"][APPLICATIONS] = [*applications, dict(entry)]
    changed = _inserted(text if text.endswith("\n") else f"{text}\n", entry)
    if changed is None or _loaded(changed) != expected:
        block = dumped([dict(entry)])
        raise Refusal(
            f"the file is written in an unusual way; add this to {APPLICATIONS}:\n{block}"
        )
    return changed


def dumped(value: object) -> str:
    """Return YAML in block style, in the order of the value."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as the example files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _loaded(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise Refusal(f"the file is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not isinstance(content.get("config") or {}, dict):
        raise Refusal("the file is not a stack file; it must be a map with the key `config`")
    return content


def _as_pulumi_hands_over(value: object) -> str:
    plain = _without_encryption(value)
    return plain if isinstance(plain, str) else json.dumps(plain, default=str)


def _without_encryption(value: object) -> object:
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return "encrypted"
        return {key: _without_encryption(each) for key, each in value.items()}
    return [_without_encryption(each) for each in value] if isinstance(value, list) else value


def _inserted(text: str, entry: Mapping[str, object]) -> str | None:
    config = _child(yaml.compose(text, yaml.SafeLoader), "config")
    if not isinstance(config, yaml.MappingNode) or config.flow_style:
        return None
    applications = _child(config, APPLICATIONS)
    if isinstance(applications, yaml.SequenceNode) and applications.flow_style:
        at = applications.end_mark.index - 1
        comma = ", " if applications.value else ""
        flow = yaml.safe_dump(dict(entry), default_flow_style=True, sort_keys=False, width=10**6)
        return text[:at] + comma + flow.strip() + text[at:]
    column = config.start_mark.column
    last: yaml.Node
    if isinstance(applications, yaml.SequenceNode):
        block, column, last = dumped([dict(entry)]), applications.start_mark.column, applications
    elif applications is None:
        block, last = dumped({APPLICATIONS: [dict(entry)]}), config
    else:
        # The key stands there without a list.
        block, column, last = dumped([dict(entry)]), column + 2, applications
    lines = text.splitlines(keepends=True)
    mark = _last_leaf(last).end_mark
    # A block scalar ends at the start of the line behind it.
    at = mark.line if mark.column == 0 else mark.line + 1
    indented = [" " * column + line for line in block.splitlines(keepends=True)]
    return "".join([*lines[:at], *indented, *lines[at:]])


def _last_leaf(node: yaml.Node) -> yaml.Node:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_leaf(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
