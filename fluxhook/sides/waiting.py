"""Asking again until there is an answer, and never longer than the user wants."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import TypeVar

from fluxhook.errors import Refusal

SHORTEST, LONGEST = 0.1, 1.0
"""Seconds between two looks: few requests where something takes long."""

Answer = TypeVar("Answer")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Deadline:
    """A moment after which nothing is waited for any more."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until then; 0 when it is over."""
        return max(0.0, self.at - time.monotonic())

    def until(self, ask: Callable[[], Answer | None]) -> Answer | None:
        """Ask until there is an answer, at least once; None when the time is over."""
        pause = SHORTEST
        while (answer := ask()) is None and (left := self.left) > 0:
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST)
        return answer


def within(seconds: float, work: Callable[[], Done]) -> Done:
    """Return what `work` returns; it goes on in the background when it takes too long.

    Raises:
        Refusal: the time is over.
    """
    result: Future[Done] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # whatever it is, it is raised where it was asked for
            result.set_exception(error)

    # A thread that nobody waits for, at the end of the process neither.
    threading.Thread(target=run, daemon=True).start()
    try:
        return result.result(seconds)
    except FutureTimeout:
        message = f"nothing more after {seconds:g} s; --timeout gives it longer"
        raise Refusal(message) from None
