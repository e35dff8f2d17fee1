"""A link of the chain from GitHub to the applied commit, and what was seen of it."""

from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    """The links in the order of a delivery."""

    WEBHOOK = "webhook"
    TOKEN = "token"  # noqa: S105 - the name of a link
    RECEIVER = "receiver"
    ROUTE = "route"
    PING = "ping"
    SOURCE = "source"
    REVISION = "revision"


class Verdict(StrEnum):
    """What was seen of a link."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNSEEN = "unseen"
    """It could not be seen from here, or not without a link before it."""


@dataclass(frozen=True)
class Link:
    """One link, what was seen, and what to do about it. No text has a secret."""

    name: Name
    verdict: Verdict
    text: str
    fix: str = ""


def holds(name: Name, text: str) -> Link:
    """Return a link that holds."""
    return Link(name, Verdict.HOLDS, text)


def broken(name: Name, text: str, fix: str) -> Link:
    """Return a broken link, with what mends it."""
    return Link(name, Verdict.BROKEN, text, fix)


def unseen(name: Name, text: str) -> Link:
    """Return a link that was not seen."""
    return Link(name, Verdict.UNSEEN, text)
