"""The verb `migrate`."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from fluxhook.errors import Refusal
from fluxhook.migration.import_file import import_file
from fluxhook.migration.plan import Fate, Step, plan
from fluxhook.migration.tofu_state import read_state
from fluxhook.stacks import read
from fluxhook.stacks.options import HERE, DirectoryOption, StackOption

HEADS = {
    Fate.IMPORT: "✔ imported",
    Fate.ANEW: "► made anew",
    Fate.KEEP: "► kept",
    Fate.LEFT: "► left to OpenTofu",
}

app = typer.Typer()


@app.command()
def migrate(
    states: Annotated[
        list[Path],
        typer.Argument(help="State files, written by `tofu state pull`.", metavar="STATE…"),
    ],
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    into: Annotated[Path, typer.Option("--into", help="The import file to write.")] = Path(
        "import.json"
    ),
) -> None:
    """Write an import file from OpenTofu's or Terraform's state, and say what happens to the rest.

    Only names and ids are read from the states: no value is written or shown. Keys and tokens are made anew.
    """
    resources = [each for path in states for each in read_state(path)]
    if not resources:
        raise Refusal("the state files have no resources; name those that `tofu apply` wrote")
    target = read(directory, stack)
    steps = plan(resources, target.settings)
    into.write_text(json.dumps(import_file(steps), indent=2) + "\n")
    for fate, head in HEADS.items():
        for step in (each for each in steps if each.fate is fate):
            print(f"{head}: {step.resource.address}: {step.text}")
    _tell_next(steps, target.name, into)


def _tell_next(steps: list[Step], stack: str, into: Path) -> None:
    kept = [each.resource.address for each in steps if each.fate in (Fate.IMPORT, Fate.KEEP)]
    # With nothing to import, an import would fail.
    imports = any(each.fate is Fate.IMPORT for each in steps)
    command = f"pulumi import --file {shlex.quote(str(into))} --protect=false --generate-code=false"
    print("next:")
    for line in (
        *([f"{command} --stack {stack}"] if imports else []),
        *([f"tofu state rm {' '.join(map(shlex.quote, kept))}"] if kept else []),
        f"pulumi up --stack {stack}",
        "tofu destroy   # what was made anew; read its plan first",
    ):
        print(f"  {line}")
