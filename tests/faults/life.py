"""The life of one stack, from its first `up` to `destroy`, in which requests go wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from lab.world.faults import Answer, Fault, Proxy
from lab.world.wrong_answers import gathered
from tests.deployment import Run
from tests.faults.census import Census, ids, short
from tests.faults.plan import GONE, OWNER, Case, Side, Step, of
from tests.faults.table import ROW
from tests.recovery.conftest import BOT, Troubled

NO_LONGER_THERE = "404 Not Found"
"""GitHub's answer to a second DELETE. Its provider takes that for an error, so that only a refresh helps."""
QUIET = 4
"""Seconds that faults which end an `up`, or a part of it, wait for more of them."""


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

    def go_through(self, cases: Sequence[Case], record: Callable[[str, object], None]) -> None:
        """Create, change and destroy the stack while requests meet their faults; record a row for each case."""
        config = self.troubled.stack.config
        config["bot"] = BOT
        self.met("up", of(cases, Step.CREATE))
        self.assert_settled()
        self.change()
        config["bot"] = {**BOT, "name": "Another Bot"}
        self.met("up", of(cases, Step.UPDATE, Step.REPLACE, Step.REMOVE))
        self.assert_settled()
        self.met("destroy", of(cases, Step.DELETE))
        self.census.assert_nothing_left()
        assert [str(case) for case in cases if self.outcomes[case].done is None] == []
        for case in cases:
            record(ROW, f"{case} | {self.outcomes[case]}")

    def met(self, verb: str, cases: Iterable[Case]) -> None:
        """Run `verb` until each request has met its fault, and then until it succeeds."""
        waiting, there = gathered(QUIET), ids(self.troubled)
        kills = False
        for case in cases:
            kills |= case.trouble.kills
            if case.trouble.kills:
                answer: Answer = partial(self.troubled.killed, wait=waiting)
            else:
                answer = case.trouble.answers[case.request.side]
                if case.request.side is Side.CLUSTER:
                    answer = waiting(answer)
            self._arm(case, answer, there)
        idle = 0
        while self._missing():
            known = len(self.outcomes)
            run = self.run(verb, "--continue-on-error", "--parallel=32")
            if kills:
                self.troubled.release()
            # One run may do no more than what the last one could not.
            idle = idle + 1 if len(self.outcomes) == known else 0
            assert idle < 2, "\n".join([*map(str, self._missing()), run.output])
        if run.exit_code != 0:
            run = self.run(verb)
        if self._refresh:
            run = self.run(verb)
        assert run.exit_code == 0, run.output

    def assert_settled(self) -> None:
        """Another `up` changes nothing, and everything is there once."""
        again = self.run("up", "--expect-no-changes")
        assert again.exit_code == 0, again.output
        self.census.assert_once()

    def _missing(self) -> list[Case]:
        return [case for case, fault in self._faults.items() if not fault.hit.is_set()]

    def run(self, verb: str, *flags: str) -> Run:
        """Run a command, with `--refresh` where the output of the last one asks for it."""
        stack, refresh = self.troubled.stack, self._refresh
        run = stack.operate(verb, *flags, *(["--refresh"] if refresh else []), check=False)
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
        fault = self.proxies[case.request.side].add(
            case.pattern, answer, before=case.trouble.before
        )
        self._faults[case] = fault
        self._ids[case] = there.get(case.resource, set())

    @property
    def proxies(self) -> dict[Side, Proxy]:
        """The stack's proxies by who is asked."""
        troubled = self.troubled
        return dict(zip(Side, (troubled.github, troubled.aws, troubled.cluster), strict=True))


def _made(run: Run) -> Iterator[str]:
    """What a run created, changed or replaced."""
    for event in run.events:
        step = event.get("resOutputsEvent", {}).get("metadata")
        if isinstance(step, dict) and step["op"] in ("create", "create-replacement", "update"):
            yield short(str(step["urn"]))
