"""Finds free loopback ports for one lab, which no other lab and no outgoing connection takes."""

import random
import socket
from collections.abc import Sequence

from lab.run.directory import LabError

# Linux, macOS and Windows choose the ports of outgoing connections above this range.
FIRST, LAST = 10_000, 32_000
BLOCK = 32


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        # With SO_REUSEADDR a second socket that listens on the port is still refused.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def reserve(names: Sequence[str]) -> tuple[socket.socket, dict[str, int]]:
    """Finds a block of free ports and listens on its first port, which reserves the whole block.

    Two labs that start at the same time cannot choose the same ports: only one of them can listen on
    the first port of a block.

    Args:
        names: A name for each port; the first is for the port that is listened on.

    Returns:
        The listening socket of the first name, and a port for each name.

    Raises:
        LabError: No block is free, or there are more names than ports in a block.
    """
    if len(names) > BLOCK:
        message = f"a lab has at most {BLOCK} ports, not {len(names)}"
        raise LabError(message)
    bases = list(range(FIRST, LAST, BLOCK))
    # Not the seeded generator: hypothesis seeds it alike in every process of a test run.
    random.SystemRandom().shuffle(bases)
    for base in bases:
        try:
            first = _listen(base)
        except OSError:
            continue
        try:
            for offset in range(1, len(names)):
                _listen(base + offset).close()
        except OSError:
            first.close()
            continue
        return first, {name: base + offset for offset, name in enumerate(names)}
    message = f"no {BLOCK} consecutive ports between {FIRST} and {LAST} are free"
    raise LabError(message)
