"""Asking again until there is an answer, and never longer than the user wants."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from fluxhook.errors import Refusal

SHORTEST, LONGEST = 0.1, 1.0
"""Seconds between two looks: few requests where something takes long."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Deadline:
    """A moment after which nothing is waited for any more."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def until(self, ask: Callable[[], Answer | None]) -> Answer | None:
        """Ask until there is an answer, at least once; None when the time is over."""
        pause = SHORTEST
        while (answer := ask()) is None and (left := self.at - time.monotonic()) > 0:
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST)
        return answer


@contextmanager
def given_up_after(seconds: float) -> Iterator[None]:
    """End what runs in this context after a time, whatever it waits for; for the main thread.

    Raises:
        Refusal: the time is over.
    """

    def give_up(*_: object) -> None:
        raise Refusal(f"nothing more after {seconds:g} s; --timeout gives it longer")

    before = signal.signal(signal.SIGALRM, give_up)
    # A timer of 0 would be none.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
