"""A plugin that is a Python program, such as a policy pack: its process, and what that prints."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import grpc
from pulumi.runtime.proto import language_pb2

Answer = language_pb2.RunPluginResponse


def interpreter(root: Path, virtualenv: str) -> str:
    """The interpreter of the plugin's own virtual environment; without one this process's."""
    return str(root / virtualenv / "bin" / "python") if virtualenv else sys.executable


def run(
    command: Sequence[str], directory: str, env: Sequence[str], context: grpc.ServicerContext
) -> Iterator[Answer]:
    """Runs a plugin until it ends or the engine hangs up; yields its output, and its exit code last."""
    own = dict(each.split("=", 1) for each in env)
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    context.add_callback(process.kill)
    printed: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()

    def forward(name: str, stream: IO[bytes]) -> None:
        with stream:
            while text := os.read(stream.fileno(), 65536):
                printed.put(Answer(**{name: text}))  # type: ignore[arg-type]
        printed.put(None)

    assert process.stdout and process.stderr  # noqa: S101 - both are pipes
    streams = {"stdout": process.stdout, "stderr": process.stderr}
    for name, stream in streams.items():
        threading.Thread(target=forward, args=(name, stream), daemon=True).start()
    for _ in streams:
        yield from iter(printed.get, None)
    yield Answer(exitcode=process.wait())
