"""`fluxhook deliveries`: what GitHub has sent to all webhooks of a stack, and what it shall send again."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from fluxhook.errors import Refusal
from fluxhook.sides.github import WORKERS, Delivery, GitHub
from fluxhook.sides.waiting import Deadline
from fluxhook.stacks.engine import Engine

KEPT = "3d"
"""How long GitHub keeps deliveries. Source: GitHub, "Viewing webhook deliveries"."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """Return the moment that was a duration such as `90m`, `12h` or `3d` ago.

    Raises:
        ValueError: it is no such duration.
    """
    if not (parts := re.fullmatch(r"(\d{1,4})([smhd])", text)):
        raise ValueError(f"{text!r} is no duration; write one such as 90m, 12h or 3d")
    return datetime.now(UTC) - timedelta(**{UNITS[parts[2]]: int(parts[1])})


def hook_path(key: str, hook: str) -> str:
    """Return the path of a webhook in GitHub's REST interface; `key` is `owner/name` or `owner/name@instance`."""
    return f"/repos/{key.partition('@')[0]}/hooks/{hook}"


@dataclass(frozen=True)
class Event:
    """One event, with every attempt to deliver it: all have the same guid."""

    repository: str
    hook: str
    attempts: tuple[Delivery, ...]
    """The oldest first."""

    @property
    def newest(self) -> Delivery:
        """The last attempt."""
        return self.attempts[-1]

    @property
    def succeeded(self) -> bool:
        """Whether one of the attempts did."""
        return any(each.succeeded for each in self.attempts)

    @property
    def document(self) -> dict[str, object]:
        """The event for scripts."""
        return {
            "repository": self.repository,
            "webhook": self.hook,
            "guid": self.newest.guid,
            "event": self.newest.event,
            "succeeded": self.succeeded,
            "attempts": [each.model_dump(mode="json") for each in self.attempts],
        }

    @property
    def path(self) -> str:
        """Path of the webhook in GitHub's REST interface."""
        return hook_path(self.repository, self.hook)


def webhooks(engine: Engine) -> Mapping[str, str]:
    """Return the ids of a stack's webhooks by repository; it takes no passphrase.

    Raises:
        Refusal: there is no such stack, or nothing is deployed.
    """
    found: Mapping[str, Any] = engine.answer("stack", "output", "--json")
    if not found.get("webhooks"):
        raise Refusal("the stack has no webhook yet; run `pulumi up`")
    return {repository: str(hook) for repository, hook in found["webhooks"].items()}


def events(github: GitHub, hooks: Mapping[str, str], since: datetime) -> Iterator[list[Event]]:
    """Yield the events of each webhook since a moment, the oldest first; `hooks` are ids by repository.

    Raises:
        Unanswered: GitHub refused, or did not answer.
    """
    with ThreadPoolExecutor(WORKERS) as workers:
        yield from workers.map(partial(_events, github, since), hooks.items())


def _events(github: GitHub, since: datetime, hook: tuple[str, str]) -> list[Event]:
    repository, identifier = hook
    found = github.deliveries_since(hook_path(repository, identifier), since)
    attempts: defaultdict[str, list[Delivery]] = defaultdict(list)
    for each in sorted(found, key=lambda delivery: delivery.delivered_at):
        attempts[each.guid].append(each)
    return [Event(repository, identifier, tuple(each)) for each in attempts.values()]


def redelivered(github: GitHub, failed: Iterable[Event], deadline: Deadline) -> Iterator[Event]:
    """Have GitHub send each event again, those of one webhook in their order; yield each with its new attempt.

    An attempt that GitHub has not recorded in time is missing from its event.

    Raises:
        Unanswered: GitHub refused, or did not answer.
    """
    by_hook: defaultdict[str, list[Event]] = defaultdict(list)
    for event in failed:
        by_hook[event.path].append(event)
    with ThreadPoolExecutor(WORKERS) as workers:
        again = partial(_again, github, deadline)
        for done in workers.map(lambda some: [again(each) for each in some], by_hook.values()):
            yield from done


def _again(github: GitHub, deadline: Deadline, event: Event) -> Event:
    known = {each.id for each in event.attempts}
    github.post(f"{event.path}/deliveries/{event.newest.id}/attempts")

    def recorded() -> Delivery | None:
        for each in github.deliveries(event.path, newest=100):
            if each.guid == event.newest.guid and each.id not in known:
                return each
        return None

    new = deadline.until(recorded)
    return Event(event.repository, event.hook, (*event.attempts, new)) if new else event
