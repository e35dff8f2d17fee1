"""The workflows of the repository, read as GitHub reads them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))
EXAMPLES = sorted((ROOT / "examples").glob("*/.github/workflows/*.yml"))


def load(file: Path) -> dict[str, Any]:
    """The file's content; the key `on` stays a word, which YAML 1.1 takes for true."""
    content: dict[str, Any] = yaml.load(file.read_text(), Loader=yaml.BaseLoader)  # noqa: S506
    return content


def workflow(name: str) -> dict[str, Any]:
    """The workflow `<name>.yml`."""
    return load(ROOT / f".github/workflows/{name}.yml")


def steps(file: Path) -> Iterator[Mapping[str, Any]]:
    """Every step of every job of a workflow, or of an action."""
    content = load(file)
    for job in (*content.get("jobs", {}).values(), content.get("runs", {})):
        yield from job.get("steps", ())
