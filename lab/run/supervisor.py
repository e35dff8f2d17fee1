"""The one background process of a lab: `python -m lab.run.supervisor <lab directory>`.

It starts the lab's world in order, watches it, and takes all of it along when it ends. Its
standard input is a pipe that whoever started it holds until the lab is ready.
"""

import asyncio
import hmac
import json
import logging
import os
import secrets
import signal
import ssl
import sys
import time
from asyncio.subprocess import Process as Child
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from lab.run import ports
from lab.run.directory import LabDirectory, LabError, LabState, ProcessState, Tokens
from lab.run.process import Process, Step, end, spawn, until_ready
from lab.world import assembly

World = Sequence[Process | Step]
Build = Callable[[LabDirectory, LabState], World]

CONTROL = "control"
"""The port on which `lab.run.control` steers the supervisor."""


class Supervisor:
    """Owns the processes of one lab."""

    def __init__(self, lab: LabDirectory, state: LabState) -> None:
        """Takes the state; every change of it is written to `lab.json`."""
        self.lab = lab
        self.state = state
        self.processes: dict[str, Process] = {}
        self.children: dict[str, Child] = {}
        self.watchers: set[asyncio.Task[None]] = set()
        # Nothing of the user's own: a proxy, an AWS profile or a kubeconfig must not leak in.
        self.environment = {
            "PATH": f"{lab.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(lab.temporary),
            "TMPDIR": str(lab.temporary),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }

    async def start_world(self, build: Build) -> None:
        """Starts every process and step as soon as those that it needs are ready.

        Raises:
            ExceptionGroup: With the failure of each process or step that failed.
        """
        nodes = await asyncio.to_thread(build, self.lab, self.state)
        self.processes = {node.name: node for node in nodes if isinstance(node, Process)}
        for name, process in self.processes.items():
            log = self.lab.log(name)
            self.state.processes[name] = ProcessState(port=process.port, log=log)
        self.lab.write(self.state)
        tasks: dict[str, asyncio.Task[None]] = {}

        async def begin(node: Process | Step) -> None:
            await asyncio.gather(*(tasks[name] for name in node.after))
            if isinstance(node, Step):
                await asyncio.to_thread(node.run)
            else:
                await self.start(node.name)

        async with asyncio.TaskGroup() as group:
            for node in nodes:
                tasks[node.name] = group.create_task(begin(node), name=node.name)

    async def start(self, name: str) -> None:
        """Starts the process `name` and waits until it is ready.

        Raises:
            LabError: No such process, it runs already, or it did not become ready.
        """
        if name not in self.processes:
            message = f"no process {name} in this lab, only {', '.join(self.processes)}"
            raise LabError(message)
        process, log = self.processes[name], self.lab.log(name)
        if name in self.children and self.children[name].returncode is None:
            message = f"{name} runs already"
            raise LabError(message)
        began = time.monotonic()
        child = await spawn(process, log, self.environment)
        self.children[name] = child
        self.state.processes[name] = one = ProcessState(
            state="starting",
            pid=child.pid,
            created=psutil.Process(child.pid).create_time(),
            port=process.port,
            log=log,
        )
        self.lab.write(self.state)
        watcher = asyncio.create_task(self.watch(name, child))
        self.watchers.add(watcher)
        watcher.add_done_callback(self.watchers.discard)
        await until_ready(process, child, log, self.trust())
        one.state, one.seconds = "ready", round(time.monotonic() - began, 2)
        self.lab.write(self.state)

    def trust(self) -> ssl.SSLContext | bool:
        """The TLS trust of the probes: the lab's authority, as soon as it exists."""
        if not self.lab.ca_file.exists():
            return True
        return ssl.create_default_context(cafile=self.lab.ca_file)

    async def watch(self, name: str, child: Child) -> None:
        """Records that `child` has ended, whenever that is."""
        code = await child.wait()
        one = self.state.processes[name]
        one.state = "stopped" if one.state == "stopped" else "exited"
        one.exit_code = code
        self.lab.write(self.state)

    async def stop(self, name: str) -> None:
        """Ends the process `name`.

        Raises:
            LabError: It does not run.
        """
        child = self.children.get(name)
        if child is None or child.returncode is not None:
            message = f"{name} does not run"
            raise LabError(message)
        self.state.processes[name].state = "stopped"
        await end(child)

    async def stop_world(self) -> None:
        """Ends all processes, last started first."""
        for name in reversed(self.processes):
            if name in self.children and self.children[name].returncode is None:
                await self.stop(name)
        await asyncio.gather(*self.watchers)

    async def obey(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one connection to the control port."""
        error = None
        try:
            question = json.loads(await reader.readline())
            if not hmac.compare_digest(
                str(question["key"]).encode(), self.state.control_key.encode()
            ):
                error = "wrong key"
            elif question["action"] == "start":
                await self.start(question["name"])
            else:
                await self.stop(question["name"])
        except (LabError, KeyError, ValueError) as refusal:
            error = str(refusal)
        writer.write(json.dumps({"error": error}).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def run(self, build: Build, stopping: asyncio.Event) -> None:
        """Starts the world and returns when it is to be stopped.

        Raises:
            ExceptionGroup: The world did not start.
        """
        stop = asyncio.create_task(stopping.wait())
        start = asyncio.create_task(self.start_world(build))
        await asyncio.wait({stop, start}, return_when=asyncio.FIRST_COMPLETED)
        if not start.done():
            start.cancel()
            await asyncio.wait({start})
            return
        start.result()
        self.state.state = "ready"
        self.lab.write(self.state)
        await stop


def explain(error: BaseException) -> str:
    """The error message for the starter; an unexpected error goes to the log in full."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0])
    if isinstance(error, LabError):
        return str(error)
    logging.getLogger(__name__).error("unforeseen", exc_info=error)
    return f"{type(error).__name__}: {error}"


async def supervise(lab: LabDirectory, names: Sequence[str], build: Build) -> int:
    """Runs one lab in `lab` with a port for each of `names`, until it is told to stop.

    Returns:
        The exit code.
    """
    listener, numbers = ports.reserve([CONTROL, *names])
    itself = ProcessState(
        state="ready",
        pid=os.getpid(),
        created=psutil.Process().create_time(),
        port=numbers[CONTROL],
        log=lab.log("supervisor"),
    )
    state = LabState(
        state="starting",
        supervisor=itself,
        control_key=secrets.token_hex(),
        ports=numbers,
        tokens=Tokens.random(),
    )
    lab.write(state)
    supervisor = Supervisor(lab, state)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def starter_gone() -> None:
        loop.remove_reader(sys.stdin.fileno())
        if state.state == "starting":
            stopping.set()

    loop.add_reader(sys.stdin.fileno(), starter_gone)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    control = await asyncio.start_server(supervisor.obey, sock=listener)
    try:
        await supervisor.run(build, stopping)
    except* Exception as failures:
        state.error = explain(failures)
    state.state = "failed" if state.error else "stopping"
    lab.write(state)
    control.close()
    await supervisor.stop_world()
    if state.error:
        return 1
    lab.state_file.unlink()
    return 0


def main(lab: LabDirectory, names: Sequence[str], build: Build) -> None:
    """Runs `supervise` as a process of its own and ends it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Not asyncio.run: that would wait for the thread of a step that retries for ever now.
    code = asyncio.new_event_loop().run_until_complete(supervise(lab, names, build))
    os._exit(code)


if __name__ == "__main__":
    main(LabDirectory(Path(sys.argv[1])), assembly.PORTS, assembly.build)
