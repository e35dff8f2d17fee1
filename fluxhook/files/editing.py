"""Changes the text of a stack file: what is not changed stays as it is, byte by byte, comments too."""

from collections.abc import Mapping
from typing import Any

import yaml

from fluxhook.errors import Refusal
from settings.models.settings import APPLICATIONS

Keys = tuple[str | int, ...]
"""Keys and places in lists, from the top of the file."""


def loaded(text: str) -> dict[str, Any]:
    """Return the content of a stack file.

    Raises:
        Refusal: `text` is not YAML, or not a stack file.
    """
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise Refusal(f"the file is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not isinstance(content.get("config") or {}, dict):
        raise Refusal("the file is not a stack file; it must be a map with the key `config`")
    return content


def with_application(text: str, entry: Mapping[str, object]) -> str:
    """Return the file with one more application at the end of its list; every other byte stays the same.

    Raises:
        Refusal: The file is not one to which an entry can be added; the message has the entry to add by hand.
    """
    expected = loaded(text)
    applications = expected.setdefault("config", {}).setdefault(APPLICATIONS, None) or []
    expected["config"][APPLICATIONS] = [*applications, dict(entry)]
    changed = _inserted(text if text.endswith("\n") else f"{text}\n", entry)
    if changed is None or loaded(changed) != expected:
        block = dumped([dict(entry)])
        raise Refusal(
            f"the file is written in an unusual way; add this to {APPLICATIONS}:\n{block}"
        )
    return changed


def with_list(text: str, keys: Keys, numbers: list[int]) -> str:
    """Return the file with a list of numbers at a place; every other byte stays the same.

    Args:
        text: The file.
        keys: The place. The last key, or the last two, may be missing.
        numbers: The list.

    Raises:
        Refusal: The file is not one that can be changed so; the message has what to write by hand.
    """
    expected = loaded(text)
    place: Any = expected
    for key in keys[:-1]:
        place = place[key] if isinstance(key, int) else place.setdefault(key, {})
    place[keys[-1]] = numbers
    changed = _set(text if text.endswith("\n") else f"{text}\n", keys, numbers)
    if changed is None or _content(changed) != expected:
        where = ".".join(map(str, keys))
        raise Refusal(f"the file is written in an unusual way; write {where}: {numbers}")
    return changed


def dumped(value: object) -> str:
    """Return YAML in block style, in the order of the value."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as the example files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _content(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _set(text: str, keys: Keys, numbers: list[int]) -> str | None:
    node: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
    key, *missing = keys
    while (child := _item(node, key)) is not None and missing:
        node, (key, *missing) = child, missing
    if not isinstance(node, yaml.MappingNode):
        return None
    if child is not None:
        name = next(name for name, value in node.value if value is child)
        # A block list begins below its key, a flow list behind it.
        in_block = isinstance(child, yaml.SequenceNode) and not child.flow_style
        start = name.end_mark.index if in_block else child.start_mark.index
        end = _last_leaf(child).end_mark.index
        return f"{text[:start]}{': ' * in_block}{numbers}{text[end:]}"
    value: object = numbers
    for name in reversed(missing):
        value = {name: value}
    if node.flow_style:
        flow = yaml.safe_dump({key: value}, default_flow_style=True, width=10**6).strip()[1:-1]
        at = node.end_mark.index - 1
        return text[:at] + (", " if node.value else "") + flow + text[at:]
    return _with_block(text, node, node.start_mark.column, dumped({key: value}))


def _item(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(key, int):
        return node.value[key] if isinstance(node, yaml.SequenceNode) else None
    return _child(node, key)


def _with_block(text: str, last: yaml.Node, column: int, block: str) -> str:
    """Return the text with a block behind a node."""
    lines = text.splitlines(keepends=True)
    mark = _last_leaf(last).end_mark
    # A block scalar ends at the start of the line behind it.
    at = mark.line if mark.column == 0 else mark.line + 1
    indented = [" " * column + line for line in block.splitlines(keepends=True)]
    return "".join([*lines[:at], *indented, *lines[at:]])


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
    return _with_block(text, last, column, block)


def _last_leaf(node: yaml.Node) -> yaml.Node:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_leaf(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
