"""Processes that tests start and stop."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

WITHIN = 60.0
"""Seconds until a process must answer, or have ended."""


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str, trusted: Path | None = None) -> Callable[[], object]:
    """Whether a URL answers with success, as something to call until it raises no longer."""
    trust = ssl.create_default_context(cafile=trusted)

    def check() -> None:
        with httpx2.Client(verify=trust, trust_env=False) as http:
            http.get(url).raise_for_status()

    return check


@contextmanager
def running(
    log: Path, command: Sequence[str | Path], ready: Callable[[], object]
) -> Iterator[None]:
    """Runs a process from when `ready` raises no longer until the context is left."""
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
