"""The verb `recover`."""

from typing import Annotated

import typer

from fluxhook.errors import Refusal
from fluxhook.stacks.engine import Engine
from fluxhook.stacks.options import HERE, DirectoryOption, StackOption
from fluxhook.stacks.stack import exported

app = typer.Typer()

QUESTION = "Is it sure that no `pulumi up` or `destroy` of this stack runs?"


@app.command()
def recover(
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer the question with yes.")] = False,
) -> None:
    """Release the lock that a killed `up` or `destroy` left, and say what to run next.

    Nothing is written on GitHub, on AWS or in the cluster: that is what the next `up` does.
    """
    engine = Engine(directory, stack)
    pending = exported(engine)["deployment"].get("pending_operations") or []
    for each in pending:
        kind, _, name = each["resource"]["urn"].rpartition("::")
        print(f"► {each['type']} {kind.rpartition(':')[2]} {name}: no answer was recorded")
    if not yes:
        confirm()
    engine.run("cancel", "--yes")
    print("✔ released the lock, if there was one")
    named = f" --stack {stack}" if stack else ""
    print(f"next: pulumi up{named}, or pulumi destroy --run-program{named}")
    if pending:
        print(
            f"if it still warns of pending creates: pulumi refresh --clear-pending-creates{named}"
        )


def confirm() -> None:
    """Ask whether nothing runs.

    Raises:
        Refusal: Something may run, or there is nobody to ask.
    """
    try:
        sure = typer.confirm(QUESTION)
    except typer.Abort as error:
        raise Refusal("there is nobody to ask; nothing was done: --yes answers it") from error
    if not sure:
        raise Refusal("nothing was done; wait until it has ended")
