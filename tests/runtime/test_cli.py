import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from fluxhook import cli
from lab.run import control
from lab.run.directory import LabDirectory
from lab.world.environment import environment, exports
from tests.runtime.helpers import eventually, read, supervisor

Run = Callable[..., str]


@pytest.fixture
def run(
    lab: LabDirectory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs `fluxhook` on the lab of the test; returns its output, or its error if `code` is set."""

    def call(*arguments: str, code: int = 0, at: LabDirectory = lab) -> str:
        monkeypatch.setenv("FLUXHOOK_LAB_DIR", str(at.path))
        monkeypatch.setattr(sys, "argv", ["fluxhook", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert (end.value.code or 0) == code
        output = capsys.readouterr()
        return output.err if code else output.out

    return call


@pytest.mark.parametrize("verb", ["env", "status", "up", "preview", "destroy"])
def test_without_a_lab_one_line_says_how_to_start_one(run: Run, verb: str) -> None:
    message = run("lab", verb, code=1)
    assert message == "fluxhook: no lab is running; run `make up`\n"


def test_stopping_no_lab_is_no_error(run: Run) -> None:
    assert run("lab", "stop") == "no lab was running\n"


def test_status_names_every_process_with_its_log(run: Run, lab: LabDirectory) -> None:
    control.start(lab, supervisor=supervisor("ready"))
    pid = read(lab).processes["second"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: read(lab).processes["second"].state == "exited")
    rows = {line.split()[0]: line for line in run("lab", "status").splitlines()}
    assert set(rows) == {"name", "supervisor", "first", "second", "last"}
    assert "exited -9, see logs/second.log" in rows["second"]
    assert str(read(lab).ports["first"]) in rows["first"]


def test_status_for_scripts_has_everything_but_the_secrets(run: Run, shared: LabDirectory) -> None:
    state = read(shared)
    text = run("lab", "status", "--output", "json", at=shared)
    shown = json.loads(text)
    assert shown["state"] == "ready"
    assert shown["processes"]["first"]["pid"] == state.processes["first"].pid
    assert shown["processes"]["first"]["log"] == str(shared.log("first"))
    for secret in [*state.tokens.model_dump().values(), state.control_key]:
        assert secret not in text


def test_the_shell_reads_back_what_env_prints() -> None:
    values = {"PLAIN": "a", "QUOTE": 'it\'s "so"', "EVIL": "$(touch x) `y` \\ \n end"}
    script = exports(values) + "exec env -0"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    read_back = dict(entry.split("=", 1) for entry in done.stdout.split("\0") if entry)
    assert {name: read_back[name] for name in values} == values


def test_a_shell_that_uses_a_lab_can_use_another_one(
    shared: LabDirectory, lab: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    control.start(lab, supervisor=supervisor("ready"))
    states = {one: read(one) for one in (shared, lab)}
    for state in states.values():
        state.ports |= {"github": 1, "moto": 2, "gateway": 3}
    monkeypatch.setenv("PATH", "/official" + os.pathsep + "/usr/bin")
    for name, value in environment(shared, states[shared]).items():
        monkeypatch.setenv(name, value)
    path = environment(lab, states[lab])["PATH"].split(os.pathsep)
    assert path[0] == str(lab.bin)
