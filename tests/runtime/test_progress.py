import io

import pytest
from rich.console import Console

from lab.run import progress
from lab.run.progress import BuildProgress

pytestmark = pytest.mark.quick


def test_a_log_is_told_of_a_build_s_start_course_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOG_INTERVAL", 0)
    log = io.StringIO()
    with BuildProgress(Console(file=log)).task("building etcd", 90) as report:
        report("example.com/[raft]")
    assert log.getvalue().splitlines() == [
        "building etcd, about 90 s",
        "building etcd, 0 of about 90 s: example.com/[raft]",
        "✔ building etcd: 0 s",
    ]


def test_a_fast_machine_is_promised_less() -> None:
    log = io.StringIO()
    told = BuildProgress(Console(file=log))
    told.expected, told.taken = 100, 50
    with told.task("building etcd", 90):
        pass
    assert "building etcd, about 45 s" in log.getvalue()
