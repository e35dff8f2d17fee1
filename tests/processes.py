"""Processes that tests start and stop."""

import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from lab.run.ports import reserve

WITHIN = 60.0
"""Seconds until a process must answer, or have ended."""


def free_ports(number: int) -> list[int]:
    """Loopback ports that were free a moment ago, and that no outgoing connection takes.

    The kernel chooses the ports of those from above the range of `lab.run.ports`.
    """
    first, ports = reserve([str(each) for each in range(number)])
    first.close()
    return list(ports.values())


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
