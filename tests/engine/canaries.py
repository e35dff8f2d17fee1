"""What is planted in a stack, in which forms it could show, and every place in which it is looked for."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.deployment import Deployment

LARGEST = 8 << 20
"""Bytes of a file that is still read; the largest ones are programs."""


def forms(secret: str) -> Iterator[str]:
    """A secret as it could stand in a text: raw, JSON-escaped, hexadecimal, and in base64 at any place of a text."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield secret.encode().hex()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        # The first and the last letter depend on what stands beside the secret.
        inner = whole[(0, 2, 3)[before] : -1]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


def body(armor: str) -> str:
    """A line from the middle of a PEM or armored key: it stays whole however the file is wrapped."""
    lines = [line for line in armor.splitlines() if line and not line.startswith(("-", "="))]
    return lines[len(lines) // 2]


def planted(stack: Deployment, exported: Any) -> dict[str, str]:
    """Every secret of the stack, by what it is."""
    url = next(iter(stack.output("receiverUrls").values()))
    canaries = {
        "the receiver path": url.rpartition("/")[2],
        "the organisation's token": stack.world.state.tokens.organisation,
        "the bot's token": stack.world.state.tokens.bot,
    }
    for resource in exported["deployment"]["resources"]:
        if "result" in resource.get("outputs", {}):
            canaries[resource["urn"]] = json.loads(resource["outputs"]["result"]["plaintext"])
    assert len(canaries) == 6, "two seeds and a token"
    for name, value in stack.world.parameters(f"/{stack.stack}").items():
        canaries[name] = body(value) if "PRIVATE KEY" in value else value
    assert len(canaries) == 11
    return canaries


@contextmanager
def watched() -> Iterator[set[str]]:
    """The arguments of every process that this one starts in the meantime, and of what these start."""
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.1):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    seen.update(process.cmdline())

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        ended.set()
        watching.join()


def files(directory: Path) -> Iterator[tuple[str, str]]:
    """The text of every file below a directory, by its path; links lead to programs and are left out."""
    for file in sorted(directory.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.stat().st_size < LARGEST:
            with suppress(FileNotFoundError):
                yield str(file), file.read_bytes().decode(errors="replace")
