"""What a check finds: about what, what is wrong, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

MOST_NAMED = 10
"""How many names a message lists."""


class Level(StrEnum):
    """What a finding stops."""

    FAULT = "fault"
    """A preview and an update: no `up` of these settings can work."""
    UPDATE = "update"
    """An update alone: something does not answer or is not there, and a preview works without it."""
    WARNING = "warning"
    """Nothing; `up` warns of it."""
    NOTE = "note"
    """Nothing; only `fluxhook check` shows it."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that could not be checked. It never contains a secret."""

    subject: str
    problem: str
    fix: str = ""
    level: Level = Level.FAULT

    def __str__(self) -> str:
        """All of it on one line."""
        return f"{self.subject}: {self.problem}" + (f"; {self.fix}" if self.fix else "")


class Unanswered(Exception):
    """Somebody who was asked did not answer, or refused; the finding says who and why."""

    def __init__(self, finding: Finding) -> None:
        """Take what is told about it."""
        super().__init__(str(finding))
        self.finding = finding


def those_that_exist(names: Sequence[str], wanted: str = "") -> str:
    """Return the names that exist in words, those near `wanted` first; never more than a line."""
    if not names:
        return "there is none"
    near = get_close_matches(wanted, names, n=MOST_NAMED)
    ordered = [*near, *(each for each in sorted(names) if each not in near)]
    more = len(ordered) - MOST_NAMED
    return "there is " + ", ".join(ordered[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
