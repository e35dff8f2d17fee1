"""One process of the lab: its command, when it is ready, and how it ends with its parent."""

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

READY_WITHIN = 120.0
"""Seconds a process may take; kube-apiserver needed 8 beside two compilers on two cores."""

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL. The next start deletes all data of the lab anyway."""

LOG_TAIL = 12
"""Lines of a log that an error repeats."""

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Process:
    """A process of the lab.

    `port` is the one that others use. `ready` is a URL: `http(s)://…` must answer 200,
    `tcp://127.0.0.1:PORT` must accept. `after` names what must be ready, or done, before this
    one starts.
    """

    name: str
    argv: Sequence[str | Path]
    port: int
    ready: str
    after: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Step:
    """A function that the supervisor runs between processes."""

    name: str
    run: Callable[[], None]
    after: Sequence[str] = ()


def die_with_parent() -> Callable[[], None]:
    """Returns a function that a child runs first, so that the kernel kills it with its parent.

    Linux counts the thread that forked as the parent, so a child must be started from a thread
    that stays; `asyncio` forks in its loop's. Elsewhere the next start ends what was left.
    """
    parent = os.getpid()

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


async def spawn(process: Process, log: Path, base: Mapping[str, str]) -> Child:
    """Starts `process` with `base` and its own environment, its output appended to `log`."""
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
    """The probe's answer says: not yet."""


async def probe(url: str, trust: ssl.SSLContext | bool) -> None:
    """Waits until `url` is ready; raises with the reason if it does not become so."""
    target = urlsplit(url)
    if target.scheme == "tcp":
        _, writer = await asyncio.open_connection(target.hostname, target.port)
        writer.close()
        return
    # A proxy in the user's environment must not see loopback.
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
        LabError: It ended, or took longer than `READY_WITHIN`; with the log's last lines.
    """
    attempts = AsyncRetrying(
        retry=retry_if_exception_type((httpx2.HTTPError, OSError, NotReadyError)),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(READY_WITHIN),
    )
    try:
        async for attempt in attempts:
            with attempt:
                if child.returncode is not None:
                    message = f"{process.name} exited {child.returncode}, see {log}:{tail(log)}"
                    raise LabError(message)
                await probe(process.ready, trust)
    except RetryError as error:
        why = error.last_attempt.exception()
        message = f"{process.name} is not ready after {READY_WITHIN:.0f} s ({why}), see {log}"
        raise LabError(message + ":" + tail(log)) from error


async def end(child: Child) -> None:
    """Ends `child`: SIGTERM, and SIGKILL when `GRACE` has passed."""
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        child.kill()
        await child.wait()
