"""The verbs `verify`, `status` and `deliveries`."""

from typing import Annotated

import typer

from fluxhook.errors import ExitCode
from fluxhook.sides.waiting import Deadline, within
from fluxhook.stacks.engine import Engine
from fluxhook.stacks.options import (
    HERE,
    DirectoryOption,
    Output,
    OutputOption,
    StackOption,
    TimeoutOption,
)

app = typer.Typer(rich_markup_mode=None)

ApplicationArgument = Annotated[
    str | None,
    typer.Argument(
        help="One application: NAME, OWNER/NAME or OWNER/NAME@INSTANCE. All by default."
    ),
]
ConnectOption = Annotated[
    str | None,
    typer.Option(
        "--connect-to",
        metavar="ADDRESS:PORT",
        envvar="FLUXHOOK_CONNECT_TO",
        help="Where this machine reaches the receiver, in place of its host.",
    ),
]
SinceOption = Annotated[
    str, typer.Option("--since", help="How far back, such as 90m, 12h or 3d; GitHub keeps 3 days.")
]


@app.command()
def verify(
    application: ApplicationArgument = None,
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    output: OutputOption = Output.TEXT,
    timeout: TimeoutOption = 60.0,
    connect_to: ConnectOption = None,
) -> None:
    """Prove the chain from GitHub to the applied commit, and name the link that is broken and its fix.

    GitHub sends a ping to each webhook, and Flux fetches each branch. Exit code 1: a link is broken.
    """
    from fluxhook.sides import showing
    from fluxhook.sides.applications import opened
    from fluxhook.watching import tables
    from fluxhook.watching.verify import verify

    deadline = Deadline.after(timeout)
    if connect_to and not connect_to.rpartition(":")[2].isdecimal():
        raise typer.BadParameter("write ADDRESS:PORT", param_hint="--connect-to")
    reports = []
    found = within(timeout, lambda: opened(directory, stack, application))
    total = len(found.applications) + len(found.missing)
    going = verify(found, connect_to, deadline.left)
    for report in showing.followed(going, "verifying", total):
        reports.append(report)
        if output is Output.TEXT:
            tables.report(report, in_full=total == 1)
    if output is Output.JSON:
        reports.sort(key=lambda each: each.repository)
        showing.document({"applications": [each.document for each in reports]})
    else:
        tables.verdict(reports)
    _end(all(each.holds for each in reports))


@app.command()
def status(
    application: ApplicationArgument = None,
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    output: OutputOption = Output.TEXT,
    timeout: TimeoutOption = 60.0,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Look again and again, until Ctrl-C.")
    ] = False,
    interval: Annotated[
        float, typer.Option("--interval", min=1, help="With --watch, seconds between two looks.")
    ] = 5.0,
) -> None:
    """Show the state of each application: commit, webhook, Receiver, what is applied, and the age of its credentials.

    Exit code 1: something is not as it should be; a line says what. With --watch, --timeout is that of each look.
    """
    from fluxhook.sides.applications import opened
    from fluxhook.sides.github import GitHub
    from fluxhook.sides.objects import Objects
    from fluxhook.watching.status import Watcher
    from fluxhook.watching.watch import once, watched

    deadline = Deadline.after(timeout)
    found = within(timeout, lambda: opened(directory, stack, application))
    with GitHub() as github, Objects(found.stack.settings.stack) as objects:
        watcher = Watcher(found, github, objects)
        if watch:
            watched(watcher, output, interval, timeout)
        well = once(watcher, output, deadline.left)
    _end(well)


@app.command()
def deliveries(
    stack: StackOption = None,
    directory: DirectoryOption = HERE,
    output: OutputOption = Output.TEXT,
    timeout: TimeoutOption = 60.0,
    since: SinceOption = "3d",
    failed: Annotated[
        bool, typer.Option("--failed", help="Only events of which no attempt succeeded.")
    ] = False,
    redeliver: Annotated[
        bool, typer.Option("--redeliver", help="Have GitHub send what failed again.")
    ] = False,
) -> None:
    """List what GitHub has sent to the webhooks of a stack, one event per line, and redeliver what failed.

    Exit code 1: an event has not been delivered.
    """
    from fluxhook.sides import showing
    from fluxhook.sides.github import GitHub
    from fluxhook.watching import tables
    from fluxhook.watching.deliveries import events, moment, redelivered, webhooks

    try:
        start = moment(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    deadline = Deadline.after(timeout)
    hooks = within(timeout, lambda: webhooks(Engine(directory, stack)))
    with GitHub() as github:
        listing = showing.followed(events(github, hooks, start), "reading deliveries", len(hooks))
        found = [event for some in listing for event in some]
        if redeliver:
            wrong = [each for each in found if not each.succeeded]
            sent = {
                each.newest.guid: each
                for each in showing.followed(
                    redelivered(github, wrong, deadline), "redelivering", len(wrong)
                )
            }
            found = [sent.get(each.newest.guid, each) for each in found]
            shown = [each for each in found if each.newest.guid in sent or not failed]
        else:
            shown = [each for each in found if not failed or not each.succeeded]
    if output is Output.JSON:
        showing.document({"events": [each.document for each in shown]})
    else:
        tables.events(shown, len(hooks))
    _end(all(each.succeeded for each in shown))


def _end(well: bool) -> None:
    """End the verb.

    Raises:
        typer.Exit: something is not as it should be.
    """
    if not well:
        raise typer.Exit(ExitCode.FAILED)
