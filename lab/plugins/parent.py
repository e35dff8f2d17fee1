"""`python -m lab.plugins.parent SOCKET`: forks the lab's plugins, so that no `pulumi` command imports the SDKs again.

The imports are more than half of what a short command costs, and most commands of the tests are short. Only packages
are imported beforehand: a fork imports the program and the lab's own modules for itself. `lab.plugins.launch` asks for
a fork, which has the arguments, directory, environment and streams of who asks, and ends with it.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

PACKAGES = (
    *("pulumi.automation", "pulumi_aws.ssm.parameter", "pulumi_github", "pulumi_random"),
    *("pulumi_kubernetes.apiextensions", "pulumi_kubernetes.core.v1"),
    *("boto3", "botocore.client", "lightkube", "httpx2", "psutil", "yaml"),
    *("pydantic.types", "pydantic.json_schema", "google.protobuf.json_format"),
    *("cryptography.hazmat.primitives.serialization.ssh", "difflib", "zoneinfo"),
)
"""What the language host, the stand-ins and the program import."""
LENGTH = 4
"""Bytes of the length of a request."""


def serve(listener: socket.socket) -> None:
    """Forks for each request, for ever."""
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            become(connection)
        connection.close()


def become(connection: socket.socket) -> None:
    """Make this fork the plugin that the other side of the connection asks for; run it."""
    head, streams, _, _ = socket.recv_fds(connection, LENGTH, 3)
    with connection.makefile("rb") as file:
        request = json.loads(file.read(int.from_bytes(head)))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    connection.sendall(os.getpid().to_bytes(LENGTH))
    # Whoever asked is who the engine kills.
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["directory"])
    sys.path[0:0] = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    module, *sys.argv[1:] = request["arguments"]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def end_with(connection: socket.socket) -> None:
    """End this process when the other side of the connection has ended."""
    # A connection that is reset has ended, too.
    with suppress(OSError):
        connection.recv(1)
    os._exit(0)


def main(place: Path) -> None:
    """Imports the packages and serves at the socket of that path."""
    for package in PACKAGES:
        importlib.import_module(package)
    # A collection in a fork would copy the pages of all these objects. A fork ends before it has much to collect.
    gc.freeze()
    gc.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.chdir(place.parent)
    with socket.socket(socket.AF_UNIX) as listener:
        # A relative path: an absolute one may be longer than the 107 bytes that an address has.
        listener.bind(place.name)
        listener.listen(64)
        serve(listener)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
