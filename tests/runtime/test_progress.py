import io
from pathlib import Path

import pytest
from rich.console import Console

from lab.run import progress
from lab.run.progress import BuildProgress, StartProgress
from lab.run.state import LabState, ProcessState, Tokens

pytestmark = pytest.mark.quick


def test_a_log_is_told_of_a_build_s_start_course_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOG_INTERVAL", 0)
    log = io.StringIO()
    with BuildProgress(Console(file=log)).task("1 of 3: building etcd", 90, 300) as report:
        report("example.com/[raft]")
    assert log.getvalue().splitlines() == [
        "1 of 3: building etcd, about 90 s, in all about 5 min left",
        "1 of 3: building etcd, 0 of about 90 s, in all about 5 min left: example.com/[raft]",
        "✔ 1 of 3: building etcd: 0 s",
    ]


def test_a_fast_machine_is_promised_less() -> None:
    log = io.StringIO()
    told = BuildProgress(Console(file=log))
    told.expected, told.taken = 100, 50
    with told.task("building etcd", 90, 90):
        pass
    assert "building etcd, about 45 s\n" in log.getvalue()


def test_a_process_that_became_ready_is_told_once_and_counted() -> None:
    log = io.StringIO()
    started = StartProgress(Console(file=log))
    file = Path("log")
    processes = {name: ProcessState(log=file) for name in ("etcd", "moto")}
    state = LabState(
        state="starting",
        supervisor=ProcessState(log=file),
        control_key="",
        ports={},
        tokens=Tokens.random(),
        processes=processes,
    )
    processes["moto"].state, processes["moto"].seconds = "ready", 1.5
    started.watch(state)
    started.watch(state)
    assert log.getvalue() == "✔ 1 of 2: moto ready in 1.5 s\n"
