"""Processes that tests start and stop."""

import socket
import ssl
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from lab.run.ports import reserve

WITHIN = 60.0
"""Seconds until a process must answer, or have ended."""
RESERVED_BLOCKS = 64
"""How many blocks of ports stay reserved in this process of the test run."""

_RESERVED: deque[socket.socket] = deque()
"""Listens on the first port of each block that was taken last, until the processes of its test listen themselves."""


def free_ports(number: int) -> list[int]:
    """Loopback ports that are free, and that neither an outgoing connection nor a parallel test takes.

    The kernel chooses the ports of outgoing connections from above the range of `lab.run.ports`.
    """
    first, by_name = reserve([str(each) for each in range(number + 1)])
    _RESERVED.append(first)
    if len(_RESERVED) > RESERVED_BLOCKS:
        _RESERVED.popleft().close()
    return list(by_name.values())[1:]


def answers(url: str, trusted: Path | None = None) -> Callable[[], object]:
    """Return a check that raises until a URL answers with success."""
    trust = ssl.create_default_context(cafile=trusted)

    def check() -> None:
        with httpx2.Client(verify=trust, trust_env=False) as http:
            http.get(url).raise_for_status()

    return check


@contextmanager
def running(
    log: Path, command: Sequence[str | Path], ready: Callable[[], object]
) -> Iterator[None]:
    """Start a process, wait until `ready` stops raising, and stop the process on exit."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    def check() -> None:
        assert process.poll() is None, log.read_text()[-2000:]
        ready()

    try:
        Retrying(
            retry=retry_if_exception_type(httpx2.HTTPError),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(WITHIN),
            reraise=True,
        )(check)
        yield
    finally:
        process.terminate()
        process.wait(WITHIN)
