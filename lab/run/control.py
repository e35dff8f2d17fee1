"""Starting, stopping and steering a lab from another process.

The supervisor listens on its control port for one JSON line per connection, shows `control_key`
from `lab.json` (which only the owner can read), and answers with one JSON line.
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

from lab.run.directory import CLONE, LabDirectory, LabError, LabState, same_process
from lab.run.process import GRACE, READY_WITHIN

NOT_RUNNING = "no lab runs here; start one with: fluxhook lab start"

SUPERVISOR = (sys.executable, "-m", "lab.run.supervisor")


def present(lab: LabDirectory) -> LabState:
    """The state of the lab in `lab`, which may still be starting.

    Raises:
        LabError: None runs, or its start failed.
    """
    state = lab.read()
    if state is None:
        raise LabError(NOT_RUNNING)
    if state.state == "failed":
        message = f"the lab did not start: {state.error}"
        raise LabError(message)
    if not state.supervisor.running():
        message = f"the lab's supervisor is gone, see {state.supervisor.log}; {NOT_RUNNING}"
        raise LabError(message)
    return state


def running(lab: LabDirectory) -> LabState:
    """The state of the lab in `lab`, which is ready.

    Raises:
        LabError: None runs, or it is not ready.
    """
    state = present(lab)
    if state.state != "ready":
        message = f"the lab is {state.state}"
        raise LabError(message)
    return state


def start(
    lab: LabDirectory,
    watch: Callable[[LabState], None] = lambda _: None,
    supervisor: Sequence[str] = SUPERVISOR,
) -> bool:
    """Starts a fresh lab in `lab` and returns when it is ready.

    `watch` sees the state every tenth of a second. When this process ends before the lab is
    ready, however it ends, the supervisor stops what it has started.

    Returns:
        False when a lab runs here already; then nothing is changed.

    Raises:
        LabError: The directory is not a lab's, or a process did not become ready.
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
                # Ctrl-C reaches the starter alone; the pipe's end tells the supervisor.
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
            # Python warns of a child that it forgets while it runs; this one is to outlive us.
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
            why = state.error if state is not None else None
            log = lab.log("supervisor")
            message = why or f"the supervisor exited {child.returncode}, see {log}"
            raise LabError(message)


def _end_leftovers(state: LabState) -> None:
    """Ends the supervisor and with it its children, then processes that a killed one left behind.

    A pid and its start time prove that each is the lab's.
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
    """Stops the lab and returns when no process of it is left.

    Returns:
        False when none ran.
    """
    state = lab.read()
    if state is None:
        return False
    ran = state.supervisor.running()
    _end_leftovers(state)
    lab.state_file.unlink(missing_ok=True)
    return ran


def stop_process(lab: LabDirectory, name: str) -> None:
    """Ends one process of a running lab, as a fault that a test makes."""
    _ask(lab, "stop", name)


def start_process(lab: LabDirectory, name: str) -> None:
    """Starts a process that was stopped or has ended, and returns when it is ready.

    Raises:
        LabError: It runs already, or did not become ready.
    """
    _ask(lab, "start", name)


def _ask(lab: LabDirectory, action: Literal["start", "stop"], name: str) -> None:
    state = running(lab)
    question = json.dumps({"key": state.control_key, "action": action, "name": name})
    address = ("127.0.0.1", state.ports["control"])
    with socket.create_connection(address, timeout=READY_WITHIN + GRACE) as connection:
        connection.sendall(question.encode() + b"\n")
        with connection.makefile() as file:
            answer = json.loads(file.readline())
    if answer["error"] is not None:
        raise LabError(answer["error"])
