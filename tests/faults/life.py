"""The life of one stack, from its first `up` to `destroy`, in which requests go wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lab.world.faults import Answer, Fault, Proxy
from lab.world.wrong_answers import gathered
from tests.deployment import Run
from tests.faults.census import Census, ids, short
from tests.faults.plan import GONE, OWNER, Case, Side
from tests.faults.table import ROW
from tests.recovery.conftest import Troubled

NO_LONGER_THERE = "404 Not Found"
"""GitHub's answer to a second DELETE. Its provider takes that for an error, so that only a refresh helps."""
QUIET = 2
"""Seconds that wrong answers of the cluster wait for more of them: each ends an `up` for its application."""


@dataclass
class Outcome:
    """What became of a case: the run in which its request went wrong, and the one that did its work."""

    hit: int
    done: int | None = None
    refreshed: bool = False

    def __str__(self) -> str:
        """How many runs it took, the one with the fault included."""
        if self.done is None:
            return "never"
        return f"{self.done - self.hit + 1}{' with --refresh' if self.refreshed else ''}"


@dataclass
class Life:
    """One stack with several applications.

    Attributes:
        troubled: The stack and its proxies.
        apps: The names of its applications.
        census: Counts what is there.
        outcomes: What became of the cases so far.
        runs: How many commands were run so far.
    """

    troubled: Troubled
    apps: Sequence[str]
    census: Census
    outcomes: dict[Case, Outcome] = field(default_factory=dict)
    runs: int = 0
    _faults: dict[Case, Fault] = field(default_factory=dict)
    _ids: dict[Case, set[str]] = field(default_factory=dict)
    _refresh: bool = False

    def configure(self) -> None:
        """Write the first configuration."""
        self.troubled.stack.config["applications"] = [{"repository": app} for app in self.apps]

    def change(self) -> None:
        """Change the configuration so that the next `up` updates, replaces and deletes."""
        self.troubled.stack.config |= {
            "tokenLength": 40,
            "refreshInterval": "2h",
            "applications": [
                {
                    "repository": app,
                    "interval": "7m",
                    "deployKey": {
                        "title": "another",
                        "parameter": f"/{self.troubled.name}/{OWNER}/{app}/another-key",
                    },
                    "kustomization": {"interval": "7m"},
                    "receiver": {"interval": "7m"},
                }
                for app in self.apps
            ],
        }

    def answered(self, verb: str, cases: Iterable[Case]) -> None:
        """Run `verb` until each request has got its wrong answer, and once more."""
        waiting, there = gathered(QUIET), ids(self.troubled)
        for case in cases:
            answer = case.trouble.answers[case.request.side]
            if case.request.side is Side.CLUSTER:
                answer = waiting(answer)
            self._arm(case, answer, there)
        idle = 0
        while self._missing():
            known = len(self.outcomes)
            run = self.run(verb, "--continue-on-error", "--parallel=32", check=False)
            # One run may do no more than what the last one could not.
            idle = idle + 1 if len(self.outcomes) == known else 0
            assert idle < 2, "\n".join([*map(str, self._missing()), run.output])
        if run.exit_code != 0:
            self.run(verb)

    def assert_settled(self) -> None:
        """Another `up` changes nothing, and everything is there once."""
        self.run("up", "--expect-no-changes")
        self.census.assert_once()

    def report(self, record: Callable[[str, object], None], cases: Sequence[Case]) -> None:
        """Record a row for each case, of which none may be missing or undone."""
        assert [str(case) for case in cases if self.outcomes[case].done is None] == []
        for case in cases:
            record(ROW, f"{case} | {self.outcomes[case]}")

    def _missing(self) -> list[Case]:
        return [case for case, fault in self._faults.items() if not fault.hit.is_set()]

    def run(self, verb: str, *flags: str, check: bool = True) -> Run:
        """Run a command, with `--refresh` where the output of the last one asks for it."""
        stack, refresh = self.troubled.stack, self._refresh
        run = stack.operate(verb, *flags, *(["--refresh"] if refresh else []), check=check)
        for case, fault in self._faults.items():
            if fault.hit.is_set():
                self.outcomes.setdefault(case, Outcome(self.runs))
        self._note_what_is_done(run, refresh)
        self._refresh = NO_LONGER_THERE in run.output
        self.runs += 1
        return run

    def _note_what_is_done(self, run: Run, refresh: bool) -> None:
        made, there = set(_made(run)), ids(self.troubled)
        for case, outcome in self.outcomes.items():
            if outcome.done is not None:
                continue
            if case.request.step in GONE:
                done = not self._ids[case] & there.get(case.resource, set())
            else:
                done = case.resource in made
            # A refresh may have found an update of which no answer told; then there is nothing left to do.
            if done or run.exit_code == 0:
                outcome.done = self.runs
            needed = case.request.side is Side.GITHUB and case.request.step in GONE
            outcome.refreshed |= refresh and needed

    def _arm(self, case: Case, answer: Answer, there: Mapping[str, set[str]]) -> None:
        fault = self._proxy(case).add(case.pattern, answer, before=case.trouble.before)
        self._faults[case] = fault
        self._ids[case] = there.get(case.resource, set())

    def _proxy(self, case: Case) -> Proxy:
        return self._proxies()[case.request.side]

    def _proxies(self) -> dict[Side, Proxy]:
        troubled = self.troubled
        return dict(zip(Side, (troubled.github, troubled.aws, troubled.cluster), strict=True))


def _made(run: Run) -> Iterator[str]:
    """What a run created, changed or replaced."""
    for event in run.events:
        step = event.get("resOutputsEvent", {}).get("metadata")
        if isinstance(step, dict) and step["op"] in ("create", "create-replacement", "update"):
            yield short(str(step["urn"]))
