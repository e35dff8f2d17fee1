"""`python launch.py SOCKET MODULE ARGUMENT…`: runs a module as a fork of `lab.plugins.parent`, in this process's place.

It imports next to nothing, since its start is what each plugin costs. Without a parent it becomes the module itself.
"""

import json
import os
import select
import signal
import socket
import sys

LENGTH = 4
HANDED_ON = (signal.SIGINT, signal.SIGTERM)
"""How the engine ends a plugin, which it may do at once. Until there is a fork to end, they wait."""


def main(place: str, *arguments: str) -> None:
    """Runs the module until it ends, or the engine does, which kills this process alone."""
    directory, engine = os.getcwd(), os.getppid()
    request = {
        "arguments": arguments,
        "directory": directory,
        "environment": dict(os.environ),
    }
    content = json.dumps(request).encode()
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDED_ON)
    with socket.socket(socket.AF_UNIX) as parent:
        try:
            # See `lab.plugins.parent`: an address has at most 107 bytes.
            os.chdir(os.path.dirname(place))
            parent.connect(os.path.basename(place))
        except OSError:
            os.chdir(directory)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDED_ON)
            os.execv(sys.executable, [sys.executable, "-P", "-m", *arguments])  # noqa: S606 - it is what is meant
        socket.send_fds(parent, [len(content).to_bytes(LENGTH)], [0, 1, 2])
        parent.sendall(content)
        child = int.from_bytes(parent.recv(LENGTH))
        for number in HANDED_ON:
            signal.signal(number, lambda number, _frame: os.kill(child, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDED_ON)
        while not select.select([parent], [], [], 1)[0] and os.getppid() == engine:
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
