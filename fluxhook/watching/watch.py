"""Shows the status of a stack once, or again and again."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from fluxhook.sides.showing import WIDEST, console, document
from fluxhook.sides.waiting import within
from fluxhook.stacks.options import Output
from fluxhook.watching import tables
from fluxhook.watching.status import Status, Watcher


def once(watcher: Watcher, output: Output, timeout: float) -> bool:
    """Show the status; return whether everything is as it should be.

    Raises:
        Refusal: the cluster cannot be asked, or the look took longer than `timeout`.
    """
    statuses = within(timeout, watcher.look)
    if output is Output.JSON:
        document({"applications": [each.document for each in statuses]})
    else:
        _print(statuses)
    return not any(each.faults for each in statuses)


def watched(watcher: Watcher, output: Output, interval: float, timeout: float) -> None:
    """Show the status until Ctrl-C: in place in a terminal; elsewhere whenever it has changed, with JSON on one line.

    Raises:
        Refusal: the cluster cannot be asked, or a look took longer than `timeout`.
    """
    with Live(console=console, auto_refresh=False) as live:
        shown: Sequence[Status] = ()
        while True:
            statuses = within(timeout, watcher.look)
            if console.is_terminal and output is Output.TEXT:
                live.update(tables.screen(statuses, datetime.now(UTC)), refresh=True)
            elif statuses != shown and output is Output.JSON:
                document({"applications": [each.document for each in statuses]}, on_one_line=True)
            elif statuses != shown:
                _print(statuses)
            shown = statuses
            time.sleep(interval)


def _print(statuses: Sequence[Status]) -> None:
    # A console fits a table into its own width.
    wide = Console(width=WIDEST, soft_wrap=True, highlight=False)
    wide.print(tables.screen(statuses, datetime.now(UTC)))
