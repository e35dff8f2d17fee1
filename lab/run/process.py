"""One process of the lab: its command, its readiness probe, and how it is started and ended."""

import asyncio
import ctypes
import os
import signal
import ssl
import sys
from asyncio.subprocess import Process as Child
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, wait_fixed
from tenacity.stop import stop_after_delay

from lab.run.directory import LabError

READY_TIMEOUT = 120.0
"""Seconds until a process must be ready. kube-apiserver took 8 on two cores that were also compiling."""

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL. The next start deletes all data of the lab anyway."""

LOG_TAIL = 12
"""How many last lines of a log an error message shows."""

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Process:
    """A process of the lab.

    Attributes:
        name: Its name in `lab.json`, in messages and of its log file.
        argv: The command.
        port: The port that other processes use.
        ready: URL of the readiness probe: `http(s)://…` must answer 200, `tcp://127.0.0.1:PORT` must
            accept a connection, `file://…` must exist.
        after: The processes that must be ready, and the steps that must be done, before it starts.
        env: Environment variables beside those that every process gets.
    """

    name: str
    argv: Sequence[str | Path]
    port: int
    ready: str
    after: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Step:
    """A function that the supervisor runs after the processes and steps that `after` names."""

    name: str
    run: Callable[[], None]
    after: Sequence[str] = ()


def die_with_parent() -> Callable[[], None]:
    """Returns a function for `preexec_fn` that makes the kernel kill the child when its parent ends.

    Linux only; elsewhere the next start of the lab ends processes that were left running. For Linux the
    parent is the thread that forked, so that thread must not end first; `asyncio` forks in the thread of
    its event loop.
    """
    parent = os.getpid()

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


async def spawn(process: Process, log: Path, base: Mapping[str, str]) -> Child:
    """Starts `process` with the environment `base` and its own, and appends its output to `log`.

    Raises:
        LabError: It cannot be started.
    """
    with log.open("ab") as output:
        try:
            return await asyncio.create_subprocess_exec(
                *process.argv,
                env={**base, **process.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent(),
            )
        except OSError as error:
            message = f"{process.name} cannot be started: {error}"
            raise LabError(message) from error


class NotReadyError(Exception):
    """A probe was answered, but not with 200."""


async def probe(url: str, trust: ssl.SSLContext | bool) -> None:
    """Probes `url` once; returns when it is ready.

    Raises:
        NotReadyError: It answered with another status than 200.
        OSError: It does not accept a connection, or does not exist.
        httpx2.HTTPError: There was no answer.
    """
    target = urlsplit(url)
    if target.scheme == "tcp":
        _, writer = await asyncio.open_connection(target.hostname, target.port)
        writer.close()
        return
    if target.scheme == "file":
        Path(target.path).lstat()
        return
    # Requests to loopback must not go through a proxy of the user's environment.
    async with httpx2.AsyncClient(verify=trust, trust_env=False, timeout=5) as client:
        answer = await client.get(url)
    if answer.status_code != httpx2.codes.OK:
        message = f"{url} answered {answer.status_code}"
        raise NotReadyError(message)


def tail(log: Path) -> str:
    """The last lines of a log."""
    lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL:]
    return "".join(f"\n  {line}" for line in lines)


async def until_ready(
    process: Process, child: Child, log: Path, trust: ssl.SSLContext | bool
) -> None:
    """Waits until `process` is ready.

    Raises:
        LabError: It ended, or took longer than `READY_TIMEOUT`; the message has the log's last lines.
    """
    attempts = AsyncRetrying(
        retry=retry_if_exception_type((httpx2.HTTPError, OSError, NotReadyError)),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(READY_TIMEOUT),
    )
    try:
        async for attempt in attempts:
            with attempt:
                if child.returncode is not None:
                    message = f"{process.name} exited {child.returncode}, see {log}:{tail(log)}"
                    raise LabError(message)
                await probe(process.ready, trust)
    except RetryError as error:
        reason = error.last_attempt.exception()
        message = f"{process.name} is not ready after {READY_TIMEOUT:.0f} s ({reason}), see {log}"
        raise LabError(message + ":" + tail(log)) from error


async def end(child: Child) -> None:
    """Ends `child` with SIGTERM, or with SIGKILL when it still runs after `GRACE`."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        child.kill()
        await child.wait()
