"""Options that verbs share: the same name, meaning and help everywhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How a verb answers."""

    TEXT = "text"
    JSON = "json"


StackOption = Annotated[
    str | None,
    typer.Option("--stack", "-s", help="The stack; by default the selected one."),
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
