"""What the tests of the lab's life share."""

import os
import sys
from collections.abc import Callable

import psutil
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from lab.run.directory import LabDirectory
from lab.run.state import LabState


def supervisor(behaviour: str) -> list[str]:
    return [sys.executable, "-m", "tests.runtime.fake_world", behaviour]


def eventually(condition: Callable[[], bool]) -> None:
    """Waits until `condition` holds; fails after half a minute."""
    Retrying(
        retry=retry_if_result(lambda holds: not holds),
        wait=wait_fixed(0.02),
        stop=stop_after_delay(30),
    )(condition)


def read(lab: LabDirectory) -> LabState:
    state = lab.read()
    assert state is not None
    return state


def processes_of(lab: LabDirectory) -> list[int]:
    """The pids of all processes that name `lab`, or have their files, in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            uses = str(lab.path) in " ".join([*process.cmdline(), *process.environ().values()])
            if uses and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
