"""What the three verbs print for people: a line for each link, a table of applications, a line for each event."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rich.console import Group
from rich.table import Table

from fluxhook.sides.showing import ACTION, FAILURE, SUCCESS, WAITING, glyphed, line, plain
from fluxhook.watching.deliveries import Event
from fluxhook.watching.links import Verdict
from fluxhook.watching.status import Status
from fluxhook.watching.verify import Report

GLYPHS = {Verdict.HOLDS: SUCCESS, Verdict.BROKEN: FAILURE, Verdict.UNSEEN: WAITING}
HEADS = (
    *("APPLICATION", "COMMIT", "WEBHOOK", "DELIVERY", "RECEIVER", "FETCHED", "APPLIED"),
    *("BEHIND", "IMAGE", "OLDEST CREDENTIAL"),
)


def counted(number: int, one: str) -> str:
    """Return a number with its word."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def report(seen: Report, *, in_full: bool) -> None:
    """Print the links of an application; of a whole chain one line, unless all are wanted."""
    if seen.holds and not in_full:
        line(SUCCESS, f"{seen.repository}: every link holds")
        return
    line(ACTION, seen.repository)
    for link in seen.links:
        line(GLYPHS[link.verdict], f"{link.name}: {link.text}", indent=2)
        if link.fix:
            plain(f"fix: {link.fix}", indent=4)


def verdict(reports: Sequence[Report]) -> None:
    """Print how many chains hold."""
    broken = [each.repository for each in reports if not each.holds]
    if broken:
        line(FAILURE, f"broken: {len(broken)} of {counted(len(reports), 'application')}")
    else:
        line(SUCCESS, f"whole: {counted(len(reports), 'application')}")


def table(statuses: Iterable[Status], now: datetime) -> Table:
    """Return the table of `status`."""
    grid = Table(*HEADS, box=None, pad_edge=False, header_style="bold")
    for each in statuses:
        oldest = min(each.credentials.values(), default=None)
        delivery = (
            f"{each.delivery} {ago(each.delivered, now)}" if each.delivered else each.delivery
        )
        ready = "ready" if each.receiver == "ready" else "not ready"
        cells = (
            *(each.repository, each.commit, each.hook, delivery, ready),
            *(each.fetched, each.applied, _behind(each, each.behind), each.image, ago(oldest, now)),
        )
        style = "red" if each.faults else None
        grid.add_row(*(cell or "-" for cell in cells), style=style)
        for part in each.deliveries if len(each.deliveries) > 1 else ():
            own = (f"  {part.name}", *[""] * 5, part.applied or "-", _behind(each, part.behind))
            grid.add_row(*own, part.image or "-", "", style=style)
    return grid


def _behind(status: Status, number: int | None) -> str:
    if number is None:
        return f">{len(status.commits) - 1}" if status.commits else ""
    return str(number)


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was, in its largest unit."""
    if moment is None:
        return ""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit} ago"
    return f"{seconds}s ago"


def screen(statuses: Sequence[Status], now: datetime) -> Group:
    """Return the table, and below it a line for each thing that is not as it should be."""
    faults = [
        glyphed(FAILURE, f"{each.repository}: {fault}")
        for each in statuses
        for fault in each.faults
    ]
    return Group(table(statuses, now), *faults)


def events(found: Sequence[Event], webhooks: int) -> None:
    """Print a line for each event: when it happened, and what the attempts were answered with."""
    for each in sorted(found, key=lambda event: event.attempts[0].delivered_at):
        answers = ", ".join(attempt.answer for attempt in each.attempts)
        at = each.attempts[0].delivered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = f"{at} {each.repository} {each.newest.event} {each.newest.guid}: {answers}"
        line(SUCCESS if each.succeeded else FAILURE, text)
    failed = sum(not each.succeeded for each in found)
    told = (
        f"{counted(len(found), 'event')} of {counted(webhooks, 'webhook')}, {failed} not delivered"
    )
    line(FAILURE if failed else SUCCESS, told)
