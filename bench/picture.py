"""Draws the README's picture: what `make demo` prints, as an SVG. Writes docs/demo.svg.

Run as `make picture`, on an idle machine: the times in the picture are those of this run.
"""

import io
import re
from pathlib import Path

from rich.console import Console

from fluxhook.demo import commit
from lab.run.directory import LabDirectory

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"
COLUMNS = 80
FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Fonts on another host, which a page that shows the picture does not load."""


def main() -> None:
    """Runs the demo, writes the picture, and prints what is in it."""
    printed = io.StringIO()
    console = Console(record=True, width=COLUMNS, file=printed)
    console.print("$ make demo", highlight=False)
    commit.run(LabDirectory.find(), console, "echo-server")
    drawn = FONT.sub("", console.export_svg(title="fluxhook", unique_id="demo"))
    PICTURE.write_text("".join(f"{line.rstrip()}\n" for line in drawn.splitlines()))
    print(printed.getvalue(), end="")


if __name__ == "__main__":
    main()
