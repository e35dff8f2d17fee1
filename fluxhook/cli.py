"""The command line `fluxhook`: which verbs there are. Each room of this package brings its own."""

import importlib.metadata
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup
from typer.main import get_command

from fluxhook.checking import verbs as checking
from fluxhook.errors import Refusal
from fluxhook.files import plugin
from fluxhook.files import verbs as files
from fluxhook.migration import verbs as migration
from fluxhook.stacks import verbs as stacks
from fluxhook.watching import verbs as watching

LAB = "lab"
NO_LAB = (
    "the lab needs the packages of requirements-dev.txt; `make lab-start` in a clone installs them"
)


class Verbs(TyperGroup):
    """The verbs. Those of the lab are imported when asked for, since a real stack needs no lab."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name every verb that can run here."""
        return [*super().list_commands(ctx), *([LAB] if _lab() else [])]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the verb of a name, or None.

        Raises:
            Refusal: It is the lab, and what the lab needs is not installed.
        """
        if cmd_name != LAB:
            return super().get_command(ctx, cmd_name)
        if lab := _lab():
            return lab
        raise Refusal(NO_LAB)

    def invoke(self, ctx: Any) -> Any:
        """Run a verb. A Refusal is printed without a traceback.

        Raises:
            typer.Exit: The verb refused; with the refusal's exit code.
        """
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            line = Text(f"fluxhook: {refusal}", style="red")
            Console(stderr=True).print(line, soft_wrap=True)
            raise typer.Exit(refusal.code) from refusal


def _lab() -> Any:
    """Return the group `lab`; None where a package that only the lab needs is not installed."""
    try:
        from fluxhook.demo import verbs
    except ModuleNotFoundError:
        return None
    return get_command(verbs.app)


def version() -> str:
    """Return the version of this package, also in a clone whose package is not installed."""
    try:
        return importlib.metadata.version("fluxhook")
    except importlib.metadata.PackageNotFoundError:
        project = Path(__file__).parents[1] / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"])


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"fluxhook {version()}")
        raise typer.Exit


app = typer.Typer(
    cls=Verbs,
    name="fluxhook",
    help="Set up, check, watch and repair push-based Flux CD; or try it in a lab on this machine.",
    no_args_is_help=True,
    # Plain text is the same in a terminal, a log and a pipe.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a verb."""


# The verbs of each room, one line a room: `app.add_typer(verbs.app)`, without a name.
app.add_typer(files.app)
app.add_typer(migration.app)
app.add_typer(checking.app)
app.add_typer(watching.app)
app.add_typer(stacks.app)


def main() -> None:
    """Run the command line; the Flux CLI asks for completions by a first word of Cobra's."""

    def run() -> None:
        app(prog_name="fluxhook")

    if sys.argv[1:2] == [plugin.COMPLETE]:
        plugin.complete(sys.argv[2:], run)
    else:
        run()
