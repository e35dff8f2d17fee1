"""The content of `lab.json`: the state of one lab, which its supervisor writes and everyone else reads."""

import secrets
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, Field


class Tokens(BaseModel):
    """The tokens of one lab, random for each. The double accepts all except `charts`.

    Attributes:
        organisation: Has every right on the organisation's repositories.
        bot: Belongs to the bot's account.
        read_only: May read the organisation's repositories.
        statuses: May set and read commit statuses, and nothing else.
        charts: Password of the private chart repository.
    """

    organisation: str
    bot: str
    read_only: str
    statuses: str
    charts: str

    @classmethod
    def random(cls) -> "Tokens":
        """New tokens in the form of GitHub's classic personal access tokens."""
        prefix = "gh" + "p_"
        return cls.model_validate(
            {name: prefix + secrets.token_hex(18) for name in cls.model_fields}
        )


class ProcessState(BaseModel):
    """The latest state of one process of the lab."""

    state: Literal["waiting", "starting", "ready", "stopped", "exited"] = "waiting"
    pid: int | None = None
    created: float | None = None
    """Start time of the process, which distinguishes it from a later process with the same pid."""
    port: int | None = None
    exit_code: int | None = None
    """As in `subprocess`: a negative number is the signal that ended the process."""
    seconds: float | None = None
    """Time from start to ready."""
    log: Path

    def running(self) -> bool:
        """Whether this process is still running; another process with its pid does not count."""
        return same_process(self.pid, self.created) is not None


class LabState(BaseModel):
    """The content of `lab.json`."""

    state: Literal["starting", "ready", "stopping", "failed"]
    error: str | None = None
    supervisor: ProcessState
    control_key: str
    """The key that a client of the control port must send; see `lab.run.control`."""
    ports: dict[str, int]
    tokens: Tokens
    processes: dict[str, ProcessState] = Field(default_factory=dict)


def creation_time(pid: int) -> float | None:
    """Returns when the process `pid` started; None when it has ended already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def same_process(pid: int | None, created: float | None) -> psutil.Process | None:
    """Returns the process `pid` if it started at `created` and has not ended, else None."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        # Linux counts from the boot time, which can move by a second when the clock is set.
        alive = abs(process.create_time() - (created or 0)) < 2 and (
            process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return None
    return process if alive else None
