"""`fluxhook`: the lab, and the Pulumi program against it."""

import json
import os
import sys
import time
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fluxhook import demo as demonstration
from fluxhook import deployment, image_demo, pushing
from lab.build import toolchain
from lab.run import control
from lab.run.directory import LabDirectory, LabError, LabState, ProcessState
from lab.run.progress import BuildProgress, StartProgress
from lab.world.environment import environment, exports

app = typer.Typer(
    help="Push-based Flux CD from one `pulumi up`, and the lab to try it in.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
lab_app = typer.Typer(
    help="A world without accounts: Kubernetes, Flux, AWS and GitHub on this machine.",
    no_args_is_help=True,
)
app.add_typer(lab_app, name="lab")

console = Console()
errors = Console(stderr=True)


class Format(StrEnum):
    """How `lab status` prints."""

    TABLE = "table"
    JSON = "json"


class Output(StrEnum):
    """How `lab push` prints."""

    TEXT = "text"
    JSON = "json"


@app.command()
def up() -> None:
    """Deploy the stack dev into the lab, and see GitHub's first delivery arrive."""
    deployment.up(LabDirectory.find(), console)


@app.command()
def preview() -> None:
    """Show what `fluxhook up` would change."""
    deployment.run(LabDirectory.find(), "preview")


@app.command()
def destroy() -> None:
    """Remove everything that `fluxhook up` made; the lab runs on."""
    deployment.run(LabDirectory.find(), "destroy", "--yes")


@app.command()
def down() -> None:
    """Remove everything that `fluxhook up` made, and stop the lab."""
    lab = LabDirectory.find()
    if lab.read() is None:
        console.print(control.NOT_RUNNING)
        return
    deployment.run(lab, "destroy", "--yes")
    stop()


@app.command()
def demo(
    repository: Annotated[str, typer.Argument(help="Its name, or owner/name.")] = "echo-server",
    image: Annotated[bool, typer.Option("--image", help="Push the image's next tag.")] = False,
) -> None:
    """Push a change of the application's replicas and show its way into the cluster."""
    run = image_demo.run if image else demonstration.run
    run(LabDirectory.find(), console, repository)


@lab_app.command()
def build() -> None:
    """Build every binary of the lab that is missing; `start` does so too."""
    toolchain.ensure(BuildProgress(console))


@lab_app.command()
def start() -> None:
    """Start the lab, fresh. The first start builds its binaries, which takes some ten minutes."""
    lab = LabDirectory.find()
    toolchain.ensure(BuildProgress(console))
    began = time.monotonic()
    if not control.start(lab, StartProgress(console).watch):
        console.print("the lab runs already")
        return
    console.print(f"the lab is ready after {time.monotonic() - began:.1f} s", highlight=False)
    console.print('next: fluxhook up, or eval "$(fluxhook lab env)" and plain pulumi')


@lab_app.command()
def stop() -> None:
    """Stop the lab and every process of it."""
    stopped = control.stop(LabDirectory.find())
    console.print("the lab is stopped" if stopped else "no lab ran here")


@lab_app.command()
def status(
    output: Annotated[Format, typer.Option(help="For people or for scripts.")] = Format.TABLE,
) -> None:
    """Show every process: state, pid, port and log file."""
    state = control.present(LabDirectory.find())
    if output is Format.JSON:
        # Scripts write their input to logs; whoever needs a token reads lab.json.
        print(state.model_dump_json(indent=2, exclude={"tokens", "control_key"}))
    else:
        # As wide as it is, so that a log or a grep gets whole lines.
        Console(width=1000, soft_wrap=True).print(_table(state))


def _table(state: LabState) -> Table:
    table = Table("name", "state", "pid", "port", "log", box=None, pad_edge=False)
    for name, one in {"supervisor": state.supervisor, **state.processes}.items():
        log = os.path.relpath(one.log)
        table.add_row(name, _describe(one), str(one.pid or ""), str(one.port or ""), log)
    return table


def _describe(one: ProcessState) -> str:
    if one.state == "exited":
        return f"[red]exited {one.exit_code}, see logs/{one.log.name}[/]"
    return f"[green]{one.state}[/]" if one.state == "ready" else one.state


@lab_app.command()
def push(
    repository: Annotated[str, typer.Argument(help="Its name, or owner/name.")],
    message: Annotated[str, typer.Option(help="Of the commit.")] = "A change from the lab",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FILE:PATH=VALUE", help="A value of a YAML file to set."),
    ] = None,
    branch: Annotated[str, typer.Option(help="The branch to push to.")] = "main",
    wait: Annotated[bool, typer.Option("--wait", help="Until Flux has applied it.")] = False,
    output: Annotated[Output, typer.Option(help="For people or for scripts.")] = Output.TEXT,
) -> None:
    """Push one commit to the lab's GitHub; without --set, an empty one."""
    changes = [pushing.Change.parse(text) for text in set_ or []]
    lab = LabDirectory.find()
    done = pushing.push(lab, repository, changes, branch, message, wait=wait)
    if output is Output.JSON:
        print(json.dumps(done))
        return
    applied = f", applied after {done['applied_ms']} ms" if "applied_ms" in done else ""
    console.print(f"pushed {done['sha']}{applied}", highlight=False)


@lab_app.command()
def env() -> None:
    """Print what a shell needs to use the lab: eval "$(fluxhook lab env)"."""
    lab = LabDirectory.find()
    print(exports(environment(lab, control.running(lab))), end="")


def main() -> None:
    """Runs the command line; what goes wrong is one message and exit code 1."""
    try:
        app()
    except LabError as error:
        line = Text(f"fluxhook: {error}", style="red")
        errors.print(line, soft_wrap=True)
        sys.exit(1)
