"""`flux hook …`: links the command line into the Flux CLI, and completes its words there.

Source: fluxcd/flux2 `rfcs/0013-cli-plugin-system`, `internal/plugin/discovery.go` and `completion.go`: an executable
`flux-<name>` in one directory becomes `flux <name>`, and `flux-<name> __complete ARGUMENTS…` prints a completion a line
and, last, a directive of Cobra's.
"""

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fluxhook.errors import Refusal

NAME = "flux-hook"
COMPLETE = "__complete"
MARK = "# Written by `fluxhook plugin`."
FILES_TOO, NO_FILES = 0, 4
"""Cobra's ShellCompDirectiveDefault and ShellCompDirectiveNoFileComp."""


def directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the Flux CLI looks for plugins."""
    named = environment.get("FLUXCD_PLUGINS")
    return Path(named) if named else Path.home() / ".fluxcd" / "plugins"


def link() -> Path:
    """Write the plugin, which runs this installation, and return its path.

    Raises:
        Refusal: Something else stands there.
    """
    path = _ours()
    path.parent.mkdir(parents=True, exist_ok=True)
    root = str(Path(__file__).parents[2])
    lines = [
        f"#!{sys.executable}",
        MARK,
        "import sys",
        f"sys.path.insert(0, {root!r})",
        "from fluxhook.cli import main",
        "main()",
    ]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def unlink() -> Path:
    """Delete the plugin, if there is one, and return where it was.

    Raises:
        Refusal: Something else stands there.
    """
    path = _ours()
    path.unlink(missing_ok=True)
    return path


def complete(arguments: Sequence[str], run: Callable[[], None]) -> None:
    """Print completions as Cobra does, by Typer's completion for fish, which has the same form.

    Args:
        arguments: The words so far; the last one is not finished.
        run: Runs the command line.
    """
    *words, last = arguments or [""]
    typed = shlex.join(["fluxhook", *words]) + " " + last
    os.environ |= {
        "_FLUXHOOK_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": typed,
    }
    try:
        run()
    except SystemExit:
        print(f":{FILES_TOO if last.startswith(('.', '/', '~')) else NO_FILES}")


def _ours() -> Path:
    path = directory() / NAME
    if path.is_symlink() or (path.exists() and MARK not in path.read_text(errors="replace")):
        raise Refusal(f"{path} is not from `fluxhook plugin`; remove it, then run this again")
    return path
