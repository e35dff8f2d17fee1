"""Options that verbs share: the same name, meaning and help everywhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How a verb answers."""

    TEXT = "text"
    JSON = "json"


def _stacks_here(incomplete: str) -> list[str]:
    files = (path.name.split(".", 1)[1] for path in Path.cwd().glob("Pulumi.*.yaml"))
    names = (each.removesuffix(".yaml") for each in files)
    return sorted(each for each in names if each.startswith(incomplete))


StackOption = Annotated[
    str | None,
    typer.Option(
        "--stack",
        "-s",
        help="The stack; by default the selected one.",
        autocompletion=_stacks_here,
    ),
]
DirectoryOption = Annotated[
    Path,
    typer.Option("--cwd", "-C", help="The directory of the program, where Pulumi.yaml is."),
]
OutputOption = Annotated[
    Output, typer.Option("--output", "-o", help="Text for people, or JSON for scripts.")
]
ShowSecretsOption = Annotated[
    bool, typer.Option("--show-secrets", help="Show secrets, which are hidden otherwise.")
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0, help="Seconds after which the verb gives up.")
]
HERE = Path(".")
"""Default of `DirectoryOption`."""
