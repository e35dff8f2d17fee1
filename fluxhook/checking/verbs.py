"""The verb `check`."""

import typer

from fluxhook.errors import ExitCode
from fluxhook.stacks.options import (
    HERE,
    DirectoryOption,
    Output,
    OutputOption,
    StackOption,
    TimeoutOption,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def check(
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    output: OutputOption = Output.TEXT,
    timeout: TimeoutOption = 60.0,
) -> None:
    """Ask GitHub, AWS and the cluster for all that an `up` needs, and say what to do about each fault.

    Nothing is written. Exit code 1: something stops an update.
    """
    from fluxhook.checking import showing, tools
    from fluxhook.sides.showing import document
    from fluxhook.sides.waiting import Deadline, within
    from fluxhook.stacks import read
    from preflight import Account, Asked, Kubernetes, examine

    deadline = Deadline.after(timeout)
    found = within(timeout, lambda: read(directory, stack))
    if output is Output.TEXT:
        showing.started(found.name)
    account = Account(found.config.get("aws:profile"), found.config.get("aws:region"))
    local, identity = within(timeout, lambda: tools.local(found.engine))
    kubernetes = Kubernetes(found.settings.stack)
    asked = Asked(found.settings, kubernetes, account, stack=identity)
    results = [local, *examine(asked, deadline.left)]
    if output is Output.JSON:
        document(showing.document(found.name, results))
    else:
        showing.results(results)
    if not all(each.passed for each in results):
        raise typer.Exit(ExitCode.FAILED)
