import json
import os
import signal
import socket
import subprocess

import pytest

from lab.run import control, ports
from lab.run.directory import LabDirectory, LabError
from lab.run.state import Tokens, creation_time
from tests.runtime.helpers import eventually, processes_of, read, supervisor


@pytest.fixture
def running(lab: LabDirectory) -> LabDirectory:
    control.start(lab, supervisor=supervisor("ready"))
    return lab


def pid_of(lab: LabDirectory, name: str) -> int:
    pid = read(lab).processes[name].pid
    assert pid is not None
    return pid


def test_a_process_that_ended_before_it_was_looked_at_is_not_an_error_of_its_own() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert creation_time(ended.pid) is None


def test_a_process_that_dies_is_reported_with_its_signal(running: LabDirectory) -> None:
    os.kill(pid_of(running, "second"), signal.SIGKILL)
    eventually(lambda: read(running).processes["second"].state == "exited")
    dead = read(running).processes["second"]
    assert dead.exit_code == -signal.SIGKILL
    assert dead.log == running.logs / "second.log"
    assert read(running).processes["first"].state == "ready"


def test_a_process_that_died_can_be_started_again(running: LabDirectory) -> None:
    before = pid_of(running, "second")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: read(running).processes["second"].state == "exited")
    control.start_process(running, "second")
    assert read(running).processes["second"].state == "ready"
    assert pid_of(running, "second") != before


def test_a_process_that_is_stopped_is_not_called_dead(running: LabDirectory) -> None:
    pid = pid_of(running, "first")
    control.stop_process(running, "first")
    eventually(lambda: read(running).processes["first"].exit_code is not None)
    assert read(running).processes["first"].state == "stopped"
    assert pid not in processes_of(running)


@pytest.mark.parametrize(
    ("act", "name", "message"),
    [
        (control.start_process, "first", "first is already running"),
        (control.start_process, "nobody", "no process nobody in this lab, only first"),
        (control.stop_process, "nobody", "nobody is not running"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    shared: LabDirectory, act: object, name: str, message: str
) -> None:
    assert callable(act)
    with pytest.raises(LabError, match=message):
        act(shared, name)


def test_an_order_without_the_key_is_refused(shared: LabDirectory) -> None:
    order = {"key": "guess", "action": "stop", "name": "first"}
    address = ("127.0.0.1", read(shared).ports["control"])
    with socket.create_connection(address) as connection:
        connection.sendall(json.dumps(order).encode() + b"\n")
        answer = connection.makefile().readline()
    assert json.loads(answer) == {"error": "wrong key"}
    assert read(shared).processes["first"].state == "ready"


def test_only_the_owner_can_read_the_state_that_has_the_tokens(shared: LabDirectory) -> None:
    assert shared.state_file.stat().st_mode & 0o777 == 0o600
    assert read(shared).tokens.organisation in shared.state_file.read_text()


def test_no_token_is_in_a_process_s_arguments(shared: LabDirectory) -> None:
    secrets = [*read(shared).tokens.model_dump().values(), read(shared).control_key]
    for pid in processes_of(shared):
        with open(f"/proc/{pid}/cmdline") as file:
            arguments = file.read()
        assert not any(secret in arguments for secret in secrets)


def test_every_lab_has_tokens_of_its_own() -> None:
    assert set(Tokens.random().model_dump().values()).isdisjoint(
        Tokens.random().model_dump().values()
    )


def test_whoever_listens_on_the_first_port_owns_the_block() -> None:
    first, ours = ports.reserve(["one", "two"])
    second, theirs = ports.reserve(["one", "two"])
    with first, second:
        assert set(ours.values()).isdisjoint(theirs.values())
        with pytest.raises(OSError, match="in use"):
            ports._listen(ours["one"])
