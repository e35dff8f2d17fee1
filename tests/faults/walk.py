"""A random walk of one stack: edits, damage by hand and faults in any order, one step after the other."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from lightkube.resources.core_v1 import ConfigMap

from lab.world import push
from lab.world import wrong_answers as wrong
from lab.world.faults import Answer, bad_gateway, reset
from tests.deployment import Run
from tests.faults.census import FLUX
from tests.faults.life import Life
from tests.faults.plan import Side
from tests.world import eventually

KILL = "kill"
ANSWERS: Mapping[str, Answer] = {
    "500": wrong.server_error,
    "502": bad_gateway,
    "reset": reset,
    "held": wrong.hold(0.2),
}
WRITES = {
    Side.GITHUB: r"^(POST|PATCH|DELETE) ",
    Side.AWS: r"\.(Put|Delete)Parameter ",
    Side.CLUSTER: r"^(POST|PATCH|DELETE) ",
}
"""Patterns of the requests that write."""

Entry = dict[str, Any]
Edit = Callable[[Entry, int], object]


def _rename(entry: Entry, turn: int) -> None:
    entry["name"] = f"{entry['repository']}-{turn}"


def _rotate(secret: str, entry: Entry, turn: int) -> None:
    """One list more: the next generation beside the one in use, or the last one alone."""
    lists = entry.setdefault("generations", {})
    *_, last = used = lists.get(secret, [1])
    lists[secret] = [last] if len(used) > 1 else [last, last + 1]


EDITS: Mapping[str, Edit] = {
    "rename": _rename,
    "rotate the token": partial(_rotate, "webhookToken"),
    "rotate the key": partial(_rotate, "deployKey"),
    "interval": lambda entry, turn: entry.update(interval=f"{turn + 2}m"),
    "path": lambda entry, turn: entry.update(kustomization={"path": f"./{'ab'[turn % 2]}"}),
    "title": lambda entry, turn: entry.update(deployKey={"title": f"flux {turn}"}),
    "interval of the Receiver": lambda entry, turn: entry.update(
        receiver={"interval": f"{turn + 5}m"}
    ),
}
"""Changes of an entry; the number is that of the step."""


@dataclass(frozen=True)
class Fault:
    """What one request that writes meets."""

    side: Side
    answer: str
    before: bool
    skipped: int
    """How many such requests come before it."""


@dataclass(frozen=True)
class Step:
    """What happens before and during one `up`."""

    edits: Sequence[tuple[str, int]]
    """Names of edits, each with the number of the application: of `EDITS`, or `toggle`, which adds or removes it."""
    damage: int | None
    """Number of the thing that somebody deletes by hand, among all that are there."""
    fault: Fault | None


FAULTS = st.builds(
    Fault,
    st.sampled_from(list(Side)),
    st.sampled_from([KILL, *ANSWERS]),
    st.booleans(),
    st.integers(0, 6),
)
STEPS = st.builds(
    Step,
    st.lists(
        st.tuples(st.sampled_from([*EDITS, "toggle"]), st.integers(0, 2)), min_size=1, max_size=3
    ),
    st.integers(0, 40) | st.none(),
    FAULTS | st.none(),
)


@dataclass
class Walk:
    """A stack on its way.

    Attributes:
        life: The stack, of three applications at most.
        entries: What the stack file says of each, by repository; a removed one keeps its place.
        there: The repositories that have an entry now.
    """

    life: Life
    entries: dict[str, Entry] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)
    _turn: int = 0
    _uids: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Give each repository a commit, and bring the first two up."""
        world = self.life.troubled.stack.world
        with push.connect(world.state) as github:
            for app in self.life.apps:
                manifest = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {app}, namespace: flux-system}}\n"
                files = {f"{place}/config.yaml": manifest for place in "ab"}
                push.commit(github, push.full_name(app), "Begin", files)
                self.entries[app] = {"repository": app, "kustomization": {"path": "./a"}}
        self.there = set(self.life.apps[:2])
        self.take(Step([], None, None))

    def take(self, step: Step) -> None:
        """Take a step, which may take several runs; then everything is as the stack file says."""
        self._turn += 1
        for name, number in step.edits:
            self._edit(name, self.life.apps[number])
        self.life.troubled.stack.config["applications"] = [
            self.entries[app] for app in self.life.apps if app in self.there
        ]
        flags = []
        if step.damage is not None:
            if self.life.census.damage(step.damage).startswith("Kustomization "):
                self._uids.clear()  # Flux prunes what it has applied.
            flags = ["--refresh"]
        if step.fault is not None:
            self._arm(step.fault)
        runs = [self._up(*flags)]
        while runs[-1].exit_code != 0:
            assert len(runs) < 4, runs[-1].output
            if step.fault is not None and step.fault.answer == KILL:
                self.life.troubled.release()
            runs.append(self._up(*flags))
        for proxy in self.life.proxies.values():
            proxy.faults.clear()
        self.life.assert_settled()
        self._assert_applied_once()
        self._assert_no_token(runs)

    def _edit(self, name: str, app: str) -> None:
        if name == "toggle":
            if self.there != {app}:
                self.there ^= {app}
                self._uids.pop(app, None)
        else:
            EDITS[name](self.entries[app], self._turn)

    def _arm(self, fault: Fault) -> None:
        proxy, writes = self.life.proxies[fault.side], WRITES[fault.side]
        for _ in range(fault.skipped):
            proxy.add(writes, lambda exchange: exchange.give())
        answer = self.life.troubled.killed if fault.answer == KILL else ANSWERS[fault.answer]
        proxy.add(writes, answer, before=fault.before)

    def _up(self, *flags: str) -> Run:
        return self.life.run("up", *flags)

    def _assert_applied_once(self) -> None:
        """Flux has applied each application, and deleted nothing of it since."""
        cluster = self.life.troubled.stack.world.cluster
        for app in self.there:
            found = eventually(cluster.get, ConfigMap, app, namespace=FLUX)
            assert found.metadata and found.metadata.uid
            assert self._uids.setdefault(app, found.metadata.uid) == found.metadata.uid, app

    def _assert_no_token(self, runs: Sequence[Run]) -> None:
        stack = self.life.troubled.stack
        parameters = stack.world.parameters(f"/{stack.stack}")
        tokens = [value for name, value in parameters.items() if "/receiver/token" in name]
        assert len(tokens) >= len(self.there)
        texts = [stack.state(), *(run.output + json.dumps(list(run.events)) for run in runs)]
        assert not [text for text in texts for token in tokens if token in text]
