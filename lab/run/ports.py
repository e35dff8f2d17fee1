"""Free loopback ports for one lab, which no other lab and no outgoing connection can take."""

import random
import socket
from collections.abc import Sequence

from lab.run.directory import LabError

# Below the range from which Linux, macOS and Windows choose the ports of outgoing connections.
FIRST, LAST = 10_000, 32_000
BLOCK = 32


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        # Not SO_REUSEADDR alone: two sockets that listen on one port are refused all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def reserve(names: Sequence[str]) -> tuple[socket.socket, dict[str, int]]:
    """Finds one block of free ports and takes its first, which stands for the block.

    Labs take blocks as a whole: the lab that listens on the first port owns all others, so two labs
    that start at the same moment cannot choose the same port.

    Args:
        names: What each port is for; the first is the one that listens from now on.

    Returns:
        The listening socket of the first name, and a port for each name.

    Raises:
        LabError: No block is free.
    """
    if len(names) > BLOCK:
        message = f"a lab has {BLOCK} ports, not {len(names)}"
        raise LabError(message)
    bases = list(range(FIRST, LAST, BLOCK))
    random.shuffle(bases)
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
    message = f"no {BLOCK} neighbouring ports between {FIRST} and {LAST} are free"
    raise LabError(message)
