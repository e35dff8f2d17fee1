"""How answers look: Flux's glyphs, progress in a terminal, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

ACTION, SUCCESS, FAILURE, WAITING = "►", "✔", "✗", "◎"
"""Glyphs of the Flux command line. Source: fluxcd/flux2 `cmd/flux/main.go`, stderrLogger."""
COLOURS = {SUCCESS: "green", FAILURE: "red", WAITING: "yellow", ACTION: "cyan"}

Item = TypeVar("Item")

console = Console(soft_wrap=True, highlight=False)
"""Standard output; coloured in a terminal alone, and never wrapped, so that a pipe gets whole lines."""
WIDEST = 1000
"""Columns of a table that is not fitted into the terminal."""


def glyphed(glyph: str, text: str, indent: int = 0) -> Text:
    """Return a line behind its glyph; what looks like markup in it stays as it is."""
    return Text.assemble(" " * indent, (glyph, COLOURS[glyph]), f" {text}")


def line(glyph: str, text: str, indent: int = 0) -> None:
    """Print a line behind its glyph."""
    console.print(glyphed(glyph, text, indent))


def plain(text: str, indent: int = 0) -> None:
    """Print a line without a glyph; what looks like markup in it stays as it is."""
    console.print(Text(" " * indent + text))


def document(content: Mapping[str, Any] | list[Any], *, on_one_line: bool = False) -> None:
    """Print JSON."""
    print(json.dumps(content, indent=None if on_one_line else 2, default=str), flush=True)


def followed(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """Yield items, with a bar in the terminal on standard error; elsewhere nothing is shown."""
    with _progress() as progress:
        task = progress.add_task(f"{WAITING} {what}", total=total)
        for item in items:
            yield item
            progress.advance(task)


@contextmanager
def _progress() -> Iterator[Progress]:
    errors = Console(stderr=True)
    with Progress(
        console=errors, transient=True, disable=not (errors.is_terminal and sys.stdout.isatty())
    ) as progress:
        yield progress
