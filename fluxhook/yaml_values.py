"""One value of a YAML file: every other byte of the file, and so every comment, stays as it is."""

import json

import yaml

from lab.run.directory import LabError


def value(text: str, path: str) -> str:
    """The value at a path as it is written, without quotes.

    Args:
        text: One YAML document.
        path: Keys and list indices with dots between, such as `replicas.0.count`.

    Raises:
        LabError: It is no YAML document, or there is no plain value at that path.
    """
    return str(_scalar(text, path).value)


def with_value(text: str, path: str, new: str) -> str:
    """`text` with another value at a path; a string stays one, though it look like a number.

    Args:
        text: One YAML document.
        path: As of `value`.
        new: The new value, without quotes.

    Raises:
        LabError: As `value`.
    """
    node = _scalar(text, path)
    quoted = json.dumps(new, ensure_ascii=False)
    for written in [quoted] if node.style else [new, quoted]:
        changed = text[: node.start_mark.index] + written + text[node.end_mark.index :]
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
        message = f"no single YAML document: {' '.join(str(error).split())}"
        raise LabError(message) from error
    for key in path.split("."):
        node = _child(node, key)
    # Of a block, an anchor or a tag, the marks cover more than the value.
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
