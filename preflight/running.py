"""Runs checks at once, with a time limit: a check that gets no answer is reported and delays no other."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, Queue

from preflight.findings import Finding, Level, Unanswered

WORKERS = 16
"""Checks that run at once. GitHub takes 100 requests at a time (REST, "Rate limits for the REST API")."""


@dataclass(frozen=True)
class Check:
    """A check and those that make sense only once it has passed."""

    subject: str
    run: Callable[[], Iterable[Finding]]
    then: tuple["Check", ...] = ()


@dataclass(frozen=True)
class Result:
    """What one check found; nothing if all is well."""

    subject: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing stops an update."""
        return not any(each.level in (Level.FAULT, Level.UPDATE) for each in self.findings)


def run(checks: Sequence[Check], within: float) -> list[Result]:
    """Run checks and what follows from those that pass; return the results in the order of the checks.

    Args:
        checks: The checks; those in `then` are left out when theirs does not pass.
        within: Seconds after which the rest is reported as unknown.
    """
    deadline = time.monotonic() + within
    waiting: Queue[Check] = Queue()
    done: Queue[tuple[Check, Result]] = Queue()
    for each in checks:
        waiting.put(each)
    # Daemons: a check without an answer must not hold up the end of the process either.
    workers = min(WORKERS, _number(checks))
    for _ in range(workers):
        threading.Thread(target=_work, args=(waiting, done), daemon=True).start()
    open_, results = list(checks), dict[Check, Result]()
    while open_:
        try:
            check, result = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        open_.remove(check)
        results[check] = result
        if result.passed:
            open_.extend(check.then)
            for each in check.then:
                waiting.put(each)
    # Nobody takes a check that has not begun; then the workers end.
    while not waiting.empty():
        try:
            waiting.get_nowait()
        except Empty:
            break
    for _ in range(workers):
        waiting.put(_END)
    for each in open_:
        problem = f"no answer within {within:g} s, so this was not checked"
        results[each] = Result(each.subject, (Finding(each.subject, problem, level=Level.WARNING),))
    return [results[each] for each in _in_order(checks) if each in results]


def _nothing() -> Iterable[Finding]:
    return ()


_END = Check("", _nothing)


def _work(waiting: Queue[Check], done: Queue[tuple[Check, Result]]) -> None:
    while (check := waiting.get()) is not _END:
        try:
            findings = tuple(check.run())
        except Unanswered as nobody:
            findings = (nobody.finding,)
        except Exception as error:
            # An answer that nobody expected is no reason to stop an update. The text may quote a secret.
            problem = f"could not be checked ({type(error).__name__})"
            findings = (Finding(check.subject, problem, level=Level.WARNING),)
        done.put((check, Result(check.subject, findings)))


def _number(checks: Sequence[Check]) -> int:
    return sum(1 for _ in _in_order(checks))


def _in_order(checks: Sequence[Check]) -> Iterable[Check]:
    for each in checks:
        yield each
        yield from _in_order(each.then)
