"""Shows the progress of building and starting: a live line on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lab.build.golang import Report
from lab.run.state import LabState

LOG_INTERVAL = 30.0
"""Seconds between two lines when there is no terminal, so that CI does not end a silent job."""


class BuildProgress:
    """Shows how downloads and builds progress; implements `lab.build.toolchain.Report`."""

    def __init__(self, console: Console) -> None:
        """Writes to `console`."""
        self.console = console
        self.expected = 0.0
        self.taken = 0.0

    @contextmanager
    def task(self, title: str, expected: float, left: float) -> Iterator[Report]:
        """Shows one line that starts with `title` while its `with` block runs.

        `expected` are the seconds of `lab.build.programs`, and `left` those of all that is still to be done. They were
        measured on another machine, and are scaled by how long the tasks so far took on this one.
        """
        scale = self.taken / self.expected if self.expected else 1
        about = f"about {expected * scale:.0f} s"
        if left > expected:
            about += f", in all about {left * scale / 60:.0f} min left"
        began = time.monotonic()
        with (self._bar if self.console.is_terminal else self._lines)(title, about) as report:
            yield report
        seconds = time.monotonic() - began
        self.taken += seconds
        self.expected += expected
        self.console.print(f"[green]✔[/] {title}: {seconds:.0f} s", highlight=False)

    @contextmanager
    def _bar(self, title: str, about: str) -> Iterator[Report]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn(f"of {about}", markup=False),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(title, detail="", total=None)
            yield lambda detail: progress.update(task, detail=detail)

    @contextmanager
    def _lines(self, title: str, about: str) -> Iterator[Report]:
        began = last = time.monotonic()
        self.console.print(f"{title}, {about}", markup=False, soft_wrap=True)

        def report(detail: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= LOG_INTERVAL:
                last = now
                line = f"{title}, {now - began:.0f} of {about}: {detail}"
                self.console.print(line, markup=False, soft_wrap=True)

        yield report


class StartProgress:
    """Shows which processes of a starting lab are ready: pass `watch` to `lab.run.control.start`."""

    def __init__(self, console: Console) -> None:
        """Writes to `console`."""
        self.console = console
        self.shown: set[str] = set()

    def watch(self, state: LabState) -> None:
        """Prints a line for each process that became ready since the last call."""
        for name, process in state.processes.items():
            if process.state == "ready" and name not in self.shown:
                self.shown.add(name)
                line = f"[green]✔[/] {len(self.shown)} of {len(state.processes)}: {name} ready in {process.seconds} s"
                self.console.print(line, highlight=False)
