"""The processes and steps of one lab: started in the order of their needs, watched, and stopped."""

import asyncio
import os
import ssl
import time
from asyncio.subprocess import Process as Child
from collections.abc import Callable, Sequence

from lab.run.directory import LabDirectory, LabError
from lab.run.process import Process, Step, end, spawn, until_ready
from lab.run.state import LabState, ProcessState, creation_time

World = Sequence[Process | Step]
Build = Callable[[LabDirectory, LabState], World]


class WorldProcesses:
    """Starts and stops the processes of one lab, and records every change in `lab.json`."""

    def __init__(self, lab: LabDirectory, state: LabState) -> None:
        """Use `state`, which is written to `lab.json` after every change."""
        self.lab = lab
        self.state = state
        self.processes: dict[str, Process] = {}
        self.children: dict[str, Child] = {}
        self.watchers: set[asyncio.Task[None]] = set()
        # Only these variables: a proxy, an AWS profile or a kubeconfig of the user must not leak in.
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
            ExceptionGroup: With the error of each process or step that failed.
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
            LabError: There is no such process, it is already running, or it did not become ready.
        """
        if name not in self.processes:
            message = f"no process {name} in this lab, only {', '.join(self.processes)}"
            raise LabError(message)
        process, log = self.processes[name], self.lab.log(name)
        if self.is_running(name):
            message = f"{name} is already running"
            raise LabError(message)
        began = time.monotonic()
        child = await spawn(process, log, self.environment)
        self.children[name] = child
        self.state.processes[name] = state = ProcessState(
            state="starting",
            pid=child.pid,
            created=creation_time(child.pid),
            port=process.port,
            log=log,
        )
        self.lab.write(self.state)
        watcher = asyncio.create_task(self._record_end(name, child))
        self.watchers.add(watcher)
        watcher.add_done_callback(self.watchers.discard)
        await until_ready(process, child, log, self._trust())
        state.state, state.seconds = "ready", round(time.monotonic() - began, 2)
        self.lab.write(self.state)

    def is_running(self, name: str) -> bool:
        """Whether the process `name` was started and has not ended."""
        return name in self.children and self.children[name].returncode is None

    def _trust(self) -> ssl.SSLContext | bool:
        """The TLS trust of the probes: the lab's authority, as soon as it exists."""
        if not self.lab.ca_file.exists():
            return True
        return ssl.create_default_context(cafile=self.lab.ca_file)

    async def _record_end(self, name: str, child: Child) -> None:
        """Waits until `child` ends and records it."""
        code = await child.wait()
        state = self.state.processes[name]
        state.state = "stopped" if state.state == "stopped" else "exited"
        state.exit_code = code
        self.lab.write(self.state)

    async def stop(self, name: str) -> None:
        """Ends the process `name`.

        Raises:
            LabError: It is not running.
        """
        if not self.is_running(name):
            message = f"{name} is not running"
            raise LabError(message)
        self.state.processes[name].state = "stopped"
        await end(self.children[name])

    async def stop_world(self) -> None:
        """Ends all processes, last started first."""
        for name in reversed(self.processes):
            if self.is_running(name):
                await self.stop(name)
        await asyncio.gather(*self.watchers)
