"""Differences between two values, as property paths."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lab.plugins.core.values import Unknown, Value

ADD, DELETE, UPDATE = "ADD", "DELETE", "UPDATE"
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEP = re.compile(r'\.?([A-Za-z_*][A-Za-z0-9_\-]*)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')

Path = tuple[str | int, ...]


@dataclass
class Difference:
    """The changes that an update must make.

    Attributes:
        paths: Each changed path and its kind: ADD, DELETE or UPDATE.
        replaces: Those of the paths that cannot be changed in place.
        delete_before_replace: Whether the old object must be gone before the new one is made.
    """

    paths: dict[Path, str] = field(default_factory=dict)
    replaces: set[Path] = field(default_factory=set)
    delete_before_replace: bool = False

    def ignore(self, patterns: Iterable[str]) -> None:
        """Drops every path that an `ignoreChanges` pattern covers."""
        for pattern in map(parse_path, patterns):
            for path in [path for path in self.paths if _covers(pattern, path)]:
                del self.paths[path]
                self.replaces.discard(path)


def compare(old: Value, new: Value, path: Path = ()) -> dict[Path, str]:
    """The paths at which two plain values differ; an unknown value always differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        found: dict[Path, str] = {}
        for key in [*old, *(key for key in new if key not in old)]:
            here = (*path, key)
            if key not in new or (new[key] is None and old[key] is not None):
                found[here] = DELETE
            elif key not in old:
                found[here] = ADD
            else:
                found.update(compare(old[key], new[key], here))
        return found
    if isinstance(old, list) and isinstance(new, list):
        found = {}
        for index in range(max(len(old), len(new))):
            here = (*path, index)
            if index >= len(new):
                found[here] = DELETE
            elif index >= len(old):
                found[here] = ADD
            else:
                found.update(compare(old[index], new[index], here))
        return found
    if isinstance(new, Unknown) or old != new or isinstance(old, bool) != isinstance(new, bool):
        return {path: UPDATE}
    return {}


def format_path(path: Path) -> str:
    """The path in Pulumi's notation: `spec.rules[0]["app.kubernetes.io/name"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step)}]"
    return text


def parse_path(text: str) -> Path:
    """Reads a path in Pulumi's notation; `*` stands for any one step."""
    steps: list[str | int] = []
    for match in _STEP.finditer(text):
        name, index, quoted = match.groups()
        if index is not None and index != "*":
            steps.append(int(index))
        elif quoted is not None:
            steps.append(str(json.loads(f'"{quoted}"')))
        else:
            steps.append(name or "*")
    return tuple(steps)


def _covers(pattern: Path, path: Path) -> bool:
    return len(pattern) <= len(path) and all(
        expected in ("*", step) for expected, step in zip(pattern, path, strict=False)
    )
