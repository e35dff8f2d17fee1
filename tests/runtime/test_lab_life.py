import os
import signal
import subprocess
import sys

import httpx2
import pytest

from lab.run import control
from lab.run.directory import CLONE, LabDirectory, LabError
from tests.runtime.helpers import eventually, processes_of, read, supervisor


def answers(lab: LabDirectory, name: str) -> bool:
    try:
        url = f"http://127.0.0.1:{read(lab).ports[name]}/"
        return httpx2.get(url, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def test_a_lab_is_ready_when_every_process_answers(shared: LabDirectory) -> None:
    assert read(shared).state == "ready"
    assert all(answers(shared, name) for name in ("first", "second", "last"))
    assert (shared.storage / "between").exists()


def test_a_stopped_lab_leaves_no_process_and_no_state(lab: LabDirectory) -> None:
    assert control.start(lab, supervisor=supervisor("ready"))
    assert len(processes_of(lab)) == 4
    assert control.stop(lab)
    assert processes_of(lab) == []
    assert lab.read() is None
    assert not control.stop(lab)


def test_starting_a_lab_that_runs_changes_nothing(shared: LabDirectory) -> None:
    before = read(shared)
    assert not control.start(shared, supervisor=supervisor("ready"))
    assert read(shared) == before


def test_a_new_lab_finds_nothing_of_the_earlier_one(lab: LabDirectory) -> None:
    control.start(lab, supervisor=supervisor("ready"))
    (lab.pulumi_state / "stack").touch()
    control.stop(lab)
    control.start(lab, supervisor=supervisor("ready"))
    assert list(lab.pulumi_state.iterdir()) == []


def test_two_labs_share_no_port(shared: LabDirectory, lab: LabDirectory) -> None:
    control.start(lab, supervisor=supervisor("ready"))
    ours, theirs = (set(read(one).ports.values()) for one in (shared, lab))
    assert ours.isdisjoint(theirs)
    control.stop(lab)
    assert answers(shared, "last")


def test_a_directory_with_other_files_is_refused_and_kept(lab: LabDirectory) -> None:
    lab.path.mkdir()
    (lab.path / "thesis.txt").touch()
    with pytest.raises(LabError, match="not a lab's directory"):
        control.start(lab, supervisor=supervisor("ready"))
    assert [file.name for file in lab.path.iterdir()] == ["thesis.txt"]


def test_a_start_that_fails_shows_the_log_of_the_process_that_ended(lab: LabDirectory) -> None:
    with pytest.raises(LabError, match=r"last exited 3(.|\n)*no space left on device"):
        control.start(lab, supervisor=supervisor("failing"))
    assert processes_of(lab) == []
    with pytest.raises(LabError, match="did not start: last exited 3"):
        control.running(lab)


def test_after_a_start_that_failed_the_next_one_works(lab: LabDirectory) -> None:
    with pytest.raises(LabError):
        control.start(lab, supervisor=supervisor("failing"))
    assert control.start(lab, supervisor=supervisor("ready"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ending_the_starter_before_the_lab_is_ready_leaves_no_process(
    lab: LabDirectory, number: signal.Signals
) -> None:
    program = (
        "import signal, sys; from pathlib import Path; from lab.run import control, directory;"
        # A shell that runs the tests in the background has them ignore SIGINT, which children inherit.
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "control.start(directory.LabDirectory(Path(sys.argv[1])), supervisor=sys.argv[2:])"
    )
    argv = [sys.executable, "-c", program, str(lab.path), *supervisor("stuck")]
    starter = subprocess.Popen(argv, cwd=CLONE, stderr=subprocess.DEVNULL)
    eventually(lambda: lab.log("last").exists() and "waiting" in lab.log("last").read_text())
    starter.send_signal(number)
    starter.wait()
    eventually(lambda: processes_of(lab) == [])
    assert lab.read() is None


def test_killing_the_supervisor_leaves_no_process(lab: LabDirectory) -> None:
    control.start(lab, supervisor=supervisor("ready"))
    pid = read(lab).supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: processes_of(lab) == [])
    with pytest.raises(LabError, match="supervisor ended unexpectedly"):
        control.running(lab)
    assert control.start(lab, supervisor=supervisor("ready"))
