"""Reads and replaces one value of a YAML file. Every other byte stays the same, also in comments."""

import json

import yaml

from lab.run.directory import LabError


def value(text: str, path: str) -> str:
    """Returns the value at a path as the file writes it, without quotes.

    Args:
        text: One YAML document.
        path: Keys and list indices separated by dots, such as `replicas.0.count`.

    Raises:
        LabError: `text` is not one YAML document, or has no plain value at `path`.
    """
    return str(_scalar(text, path).value)


def with_value(text: str, path: str, new: str) -> str:
    """Returns `text` with `new` at a path. A quoted string stays a string, even if it looks like a number.

    Args:
        text: One YAML document.
        path: As for `value`.
        new: The new value, without quotes.

    Raises:
        LabError: As for `value`.
    """
    node = _scalar(text, path)
    quoted = json.dumps(new, ensure_ascii=False)
    for scalar in [quoted] if node.style else [new, quoted]:
        changed = text[: node.start_mark.index] + scalar + text[node.end_mark.index :]
        try:
            if _scalar(changed, path).value == new:
                return changed
        except LabError:
            continue
    message = f"{path} cannot become {new!r}"
    raise LabError(message)


def _scalar(text: str, path: str) -> yaml.ScalarNode:
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        message = f"not one YAML document: {' '.join(str(error).split())}"
        raise LabError(message) from error
    for key in path.split("."):
        node = _child(node, key)
    # For a block, an anchor or a tag, the marks cover more than the value.
    if (
        isinstance(node, yaml.ScalarNode)
        and node.style not in ("|", ">")
        and not text.startswith(("&", "!"), node.start_mark.index)
    ):
        return node
    message = f"there is no plain value at {path}"
    raise LabError(message)


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((child for name, child in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
        found: yaml.Node = node.value[int(key)]
        return found
    return None
