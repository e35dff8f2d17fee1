"""Starts, stops and controls a lab from another process.

Single processes are started and stopped through the control port of the supervisor: the client sends
one JSON line with the `control_key` from `lab.json`, which only the owner can read, and gets one JSON
line as the answer.
"""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Literal

import psutil
from filelock import FileLock

from lab.run.directory import CLONE, LabDirectory, LabError
from lab.run.process import GRACE, READY_TIMEOUT
from lab.run.state import LabState, same_process

NOT_RUNNING = "no lab is running; run `make up`"

SUPERVISOR = (sys.executable, "-m", "lab.run.supervisor")


def current_state(lab: LabDirectory) -> LabState:
    """The state of the lab in `lab`, which may still be starting.

    Raises:
        LabError: No lab is running, or its start failed.
    """
    state = lab.read()
    if state is None:
        raise LabError(NOT_RUNNING)
    if state.state == "failed":
        message = f"the lab did not start: {state.error}"
        raise LabError(message)
    if not state.supervisor.running():
        message = (
            f"the lab's supervisor ended unexpectedly, see {state.supervisor.log}; run `make up`"
        )
        raise LabError(message)
    return state


def running(lab: LabDirectory) -> LabState:
    """The state of the lab in `lab`, which must be ready.

    Raises:
        LabError: No lab is running, or it is not ready.
    """
    state = current_state(lab)
    if state.state != "ready":
        message = f"the lab is {state.state}"
        raise LabError(message)
    return state


def start(
    lab: LabDirectory,
    watch: Callable[[LabState], None] = lambda _: None,
    supervisor: Sequence[str] = SUPERVISOR,
) -> bool:
    """Starts a new lab in `lab` and returns when it is ready.

    `watch` is called with the state every tenth of a second. If this process ends before the lab is
    ready, even by SIGKILL, the supervisor stops what it has started.

    Returns:
        False when a lab is already running in this directory; it is left as it is.

    Raises:
        LabError: The directory is not a lab's, or the lab did not become ready.
    """
    lab.claim()
    with FileLock(lab.marker):
        state = lab.read()
        if state is not None:
            if state.state == "ready" and state.supervisor.running():
                return False
            _end_leftovers(state)
        lab.wipe()
        with lab.log("supervisor").open("ab") as log:
            child = subprocess.Popen(
                [*supervisor, str(lab.path)],
                cwd=CLONE,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C must reach only this process; the closed pipe then stops the supervisor.
                start_new_session=True,
            )
        try:
            _await_ready(lab, child, watch)
        finally:
            if child.stdin is not None:
                child.stdin.close()
            state = lab.read()
            if state is None or state.state != "ready":
                child.wait()
            # The supervisor outlives this process; without an exit code, Python would warn of it.
            child.returncode = 0
    return True


def _await_ready(
    lab: LabDirectory, child: subprocess.Popen[bytes], watch: Callable[[LabState], None]
) -> None:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=0.1)
        state = lab.read()
        if state is not None:
            watch(state)
            if state.state == "ready":
                return
        if child.returncode is not None:
            reason = state.error if state is not None else None
            log = lab.log("supervisor")
            message = reason or f"the supervisor exited {child.returncode}, see {log}"
            raise LabError(message)


def _end_leftovers(state: LabState) -> None:
    """Ends the supervisor with its processes, then those that a killed supervisor left running.

    Pid and start time together prove that a process belongs to the lab.
    """
    children = list(state.processes.values())
    for group in ([state.supervisor], children):
        found = (same_process(one.pid, one.created) for one in group)
        alive = [process for process in found if process is not None]
        for process in alive:
            process.terminate()
        _, stubborn = psutil.wait_procs(alive, timeout=GRACE * len(children))
        for process in stubborn:
            process.kill()
        psutil.wait_procs(stubborn)


def stop(lab: LabDirectory) -> bool:
    """Stops the lab and returns when all its processes have ended.

    Returns:
        False when no lab was running.
    """
    state = lab.read()
    if state is None:
        return False
    ran = state.supervisor.running()
    _end_leftovers(state)
    lab.state_file.unlink(missing_ok=True)
    return ran


def stop_process(lab: LabDirectory, name: str) -> None:
    """Ends one process of a running lab, to test a fault.

    Raises:
        LabError: It is not running.
    """
    _send(lab, "stop", name)


def start_process(lab: LabDirectory, name: str) -> None:
    """Starts a process that was stopped or has ended, and returns when it is ready.

    Raises:
        LabError: It is already running, or did not become ready.
    """
    _send(lab, "start", name)


def _send(lab: LabDirectory, action: Literal["start", "stop"], name: str) -> None:
    state = running(lab)
    command = json.dumps({"key": state.control_key, "action": action, "name": name})
    address = ("127.0.0.1", state.ports["control"])
    with socket.create_connection(address, timeout=READY_TIMEOUT + GRACE) as connection:
        connection.sendall(command.encode() + b"\n")
        with connection.makefile() as file:
            answer = json.loads(file.readline())
    if answer["error"] is not None:
        raise LabError(answer["error"])
