"""The verbs `fluxhook lab …`: they run the lab, and the Pulumi program against it."""

import json
import os
import time
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from fluxhook.demo import commit, deployment, pushing
from fluxhook.demo import image as image_demo
from fluxhook.errors import Refusal
from lab.build import toolchain
from lab.run import control
from lab.run.directory import LabDirectory, LabError
from lab.run.progress import BuildProgress, StartProgress
from lab.run.state import LabState, ProcessState
from lab.world.environment import environment, exports


class LabGroup(TyperGroup):
    """Shows a LabError as the command line shows every error: in one line, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb.

        Raises:
            Refusal: The verb raised a LabError.
        """
        try:
            return super().invoke(ctx)
        except LabError as error:
            raise Refusal(str(error)) from error


app = typer.Typer(
    cls=LabGroup,
    name="lab",
    help="Run the lab, Kubernetes, Flux, AWS and GitHub on this machine, and the stack dev in it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

console = Console()

NOT_RUNNING = "no lab was running"


class StatusFormat(StrEnum):
    """Output formats of `lab status`."""

    TABLE = "table"
    JSON = "json"


class PushFormat(StrEnum):
    """Output formats of `lab push`."""

    TEXT = "text"
    JSON = "json"


@app.command()
def up() -> None:
    """Deploy the stack dev into the lab, and check that GitHub reaches its webhook receivers."""
    deployment.up(LabDirectory.find(), console)


@app.command()
def preview() -> None:
    """Show what `up` would change."""
    deployment.run(LabDirectory.find(), "preview")


@app.command()
def destroy() -> None:
    """Remove everything that `up` created. The lab keeps running."""
    deployment.run(LabDirectory.find(), "destroy", "--yes", "--run-program")


@app.command()
def down() -> None:
    """Remove everything that `up` created, and stop the lab."""
    lab = LabDirectory.find()
    if lab.read() is None:
        console.print(NOT_RUNNING)
        return
    deployment.run(lab, "destroy", "--yes", "--run-program")
    stop()


@app.command()
def demo(
    repository: Annotated[
        str, typer.Argument(help="The application's repository: NAME or OWNER/NAME.")
    ] = "echo-server",
    image: Annotated[
        bool, typer.Option("--image", help="Push an image with the next tag, not a commit.")
    ] = False,
) -> None:
    """Push a commit that changes the number of replicas, and show each step until it is applied."""
    run = image_demo.run if image else commit.run
    run(LabDirectory.find(), console, repository)


@app.command()
def build() -> None:
    """Build the lab's missing binaries. `start` does this too."""
    toolchain.ensure(BuildProgress(console))


@app.command()
def start() -> None:
    """Start a new, empty lab. The first start builds its binaries, which takes about ten minutes."""
    lab = LabDirectory.find()
    toolchain.ensure(BuildProgress(console))
    began = time.monotonic()
    if not control.start(lab, StartProgress(console).watch):
        console.print("the lab is already running")
        return
    console.print(f"the lab is ready after {time.monotonic() - began:.1f} s", highlight=False)
    console.print('next: make up, or eval "$(.venv/bin/fluxhook lab env)" to use pulumi directly')


@app.command()
def stop() -> None:
    """Stop the lab with all its processes."""
    stopped = control.stop(LabDirectory.find())
    console.print("the lab is stopped" if stopped else NOT_RUNNING)


@app.command()
def status(
    output: Annotated[
        StatusFormat, typer.Option(help="A table for people, or JSON for scripts.")
    ] = StatusFormat.TABLE,
) -> None:
    """Show the state, pid, port and log file of every process."""
    state = control.current_state(LabDirectory.find())
    if output is StatusFormat.JSON:
        # Without secrets, since scripts often log this output. lab.json has them.
        print(state.model_dump_json(indent=2, exclude={"tokens", "control_key"}))
    else:
        # Not wrapped to the terminal, so that a log or a grep gets whole lines.
        Console(width=1000, soft_wrap=True).print(_table(state))


def _table(state: LabState) -> Table:
    table = Table("name", "state", "pid", "port", "log", box=None, pad_edge=False)
    for name, process in {"supervisor": state.supervisor, **state.processes}.items():
        pid, port = str(process.pid or ""), str(process.port or "")
        table.add_row(name, _describe(process), pid, port, os.path.relpath(process.log))
    return table


def _describe(process: ProcessState) -> str:
    if process.state == "exited":
        return f"[red]exited {process.exit_code}, see logs/{process.log.name}[/]"
    return f"[green]{process.state}[/]" if process.state == "ready" else process.state


@app.command()
def push(
    repository: Annotated[str, typer.Argument(help="The repository: NAME or OWNER/NAME.")],
    message: Annotated[str, typer.Option(help="The commit's message.")] = "A change from the lab",
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FILE:PATH=VALUE", help="Set a value in a YAML file; repeatable."
        ),
    ] = None,
    branch: Annotated[str, typer.Option(help="The branch to push to.")] = "main",
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until Flux has applied the commit.")
    ] = False,
    output: Annotated[
        PushFormat, typer.Option(help="Text for people, or JSON for scripts.")
    ] = PushFormat.TEXT,
) -> None:
    """Push one commit to the lab's GitHub. Without --set, the commit is empty."""
    changes = [pushing.Change.parse(text) for text in set_ or []]
    lab = LabDirectory.find()
    result = pushing.push(lab, repository, changes, branch, message, wait=wait)
    if output is PushFormat.JSON:
        print(json.dumps(result))
        return
    applied = f", applied after {result['applied_ms']} ms" if "applied_ms" in result else ""
    console.print(f"pushed {result['sha']}{applied}", highlight=False)


@app.command()
def env() -> None:
    """Print the environment variables that use the lab, for eval "$(fluxhook lab env)"."""
    lab = LabDirectory.find()
    print(exports(environment(lab, control.running(lab))), end="")
