"""The one background process of a lab: `python -m lab.run.supervisor <lab directory>`.

It starts the processes of the lab, answers its control port, and stops every process when it ends.
Its standard input is a pipe that the starting command keeps open until the lab is ready: if the pipe
closes earlier, the supervisor stops what it has started.
"""

import asyncio
import functools
import hmac
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from lab.run import ports
from lab.run.directory import LabDirectory, LabError
from lab.run.state import LabState, ProcessState, Tokens
from lab.run.world_processes import Build, WorldProcesses
from lab.world import assembly

CONTROL = "control"
"""The port on which `lab.run.control` sends commands to the supervisor."""


async def answer_command(
    world: WorldProcesses, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answers one connection to the control port: starts or stops one process."""
    error = None
    try:
        command = json.loads(await reader.readline())
        key = str(command["key"]).encode()
        if not hmac.compare_digest(key, world.state.control_key.encode()):
            error = "wrong key"
        elif command["action"] == "start":
            await world.start(command["name"])
        else:
            await world.stop(command["name"])
    except (LabError, KeyError, ValueError) as refusal:
        error = str(refusal)
    writer.write(json.dumps({"error": error}).encode() + b"\n")
    await writer.drain()
    writer.close()


async def run_world(world: WorldProcesses, build: Build, stopping: asyncio.Event) -> None:
    """Starts the processes that `build` returns, and returns when `stopping` is set.

    Raises:
        ExceptionGroup: A process or step failed to start.
    """
    stop = asyncio.create_task(stopping.wait())
    start = asyncio.create_task(world.start_world(build))
    await asyncio.wait({stop, start}, return_when=asyncio.FIRST_COMPLETED)
    if not start.done():
        start.cancel()
        await asyncio.wait({start})
        return
    start.result()
    world.state.state = "ready"
    world.lab.write(world.state)
    await stop


def explain(error: BaseException) -> str:
    """The message for the command that starts the lab. An unexpected error is also logged in full."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0])
    if isinstance(error, LabError):
        return str(error)
    logging.getLogger(__name__).error("unexpected error", exc_info=error)
    return f"{type(error).__name__}: {error}"


async def supervise(lab: LabDirectory, names: Sequence[str], build: Build) -> int:
    """Runs one lab in `lab`, with a port for each of `names`, until SIGTERM or SIGINT.

    Returns:
        The exit code: 1 when the lab did not start.
    """
    listener, numbers = ports.reserve([CONTROL, *names])
    own_state = ProcessState(
        state="ready",
        pid=os.getpid(),
        created=psutil.Process().create_time(),
        port=numbers[CONTROL],
        log=lab.log("supervisor"),
    )
    state = LabState(
        state="starting",
        supervisor=own_state,
        control_key=secrets.token_hex(),
        ports=numbers,
        tokens=Tokens.random(),
    )
    lab.write(state)
    world = WorldProcesses(lab, state)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def pipe_closed() -> None:
        loop.remove_reader(sys.stdin.fileno())
        if state.state == "starting":
            stopping.set()

    loop.add_reader(sys.stdin.fileno(), pipe_closed)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    control = await asyncio.start_server(functools.partial(answer_command, world), sock=listener)
    try:
        await run_world(world, build, stopping)
    except* Exception as failures:
        state.error = explain(failures)
    state.state = "failed" if state.error else "stopping"
    lab.write(state)
    control.close()
    await world.stop_world()
    if state.error:
        return 1
    lab.state_file.unlink()
    return 0


def main(lab: LabDirectory, names: Sequence[str], build: Build) -> None:
    """Runs `supervise` and ends this process with its exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Not asyncio.run, which would wait for the thread of a step that still retries.
    code = asyncio.new_event_loop().run_until_complete(supervise(lab, names, build))
    os._exit(code)


if __name__ == "__main__":
    main(LabDirectory(Path(sys.argv[1])), assembly.PORTS, assembly.build)
