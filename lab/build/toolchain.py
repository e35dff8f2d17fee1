"""Provides the lab's binaries and manifests: installed ones, or built once in a cache for all clones."""

import hashlib
import os
import platform
import re
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from lab.build import golang, installed
from lab.build.golang import Module
from lab.build.programs import (
    EXTERNAL_SECRETS,
    FLUX_OPERATOR,
    GATEWAY_API,
    MANIFESTS,
    PROGRAMS,
    PROMETHEUS_OPERATOR,
    Program,
)
from lab.run.directory import LabError

SOURCES = Path(__file__).resolve().parents[1] / "go"


class Report(Protocol):
    """Receives the progress of downloads and builds; `lab.run.progress` shows it."""

    def task(
        self, title: str, expected: float, left: float
    ) -> AbstractContextManager[golang.Report]:
        """A context for one task, which took `expected` seconds on two cores, and with all after it `left`."""


def cache_directory() -> Path:
    """`$XDG_CACHE_HOME/fluxhook`, by default `~/.cache/fluxhook`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "fluxhook"


def binary(name: str) -> Path:
    """The path in the cache of the program `name` as this clone pins it, whether it is built or not.

    The path has a hash of every input of the build except the Go release: a newer go command on PATH
    does not cause another build of ten minutes.
    """
    program = PROGRAMS[name]
    digest = hashlib.sha256()
    if isinstance(program.source, Module):
        inputs = [str(program.source), program.source.sum]
    else:
        source = SOURCES / program.source
        files = [source / "go.mod", source / "go.sum", *sorted(source.glob("*.go"))]
        inputs = [file.read_text() for file in files]
    inputs += [program.package, program.ldflags, repr(sorted(program.replaced.items()))]
    inputs += [platform.system(), platform.machine()]
    for text in inputs:
        digest.update(hashlib.sha256(text.encode()).digest())
    return cache_directory() / "bin" / f"{name}-{digest.hexdigest()[:16]}" / name


def binaries() -> dict[str, Path]:
    """The path of every binary of the lab, by name. A binary that is not built yet does not exist."""
    found = {name: binary(name) for name in PROGRAMS}
    if pulumi := installed.pulumi():
        found["pulumi"] = pulumi
    if github := installed.plugins().get("github"):
        found["pulumi-resource-github"] = github / "pulumi-resource-github"
    return {"etcd": installed.etcd(), **found}


def ensure(report: Report) -> None:
    """Downloads and builds what is missing, one after another: the compiler already uses every core.

    An interrupted build continues where it stopped, because Go caches compiled packages.

    Raises:
        LabError: There is no Go, a download failed, or a program does not compile.
    """
    paths = {name: path for name, path in binaries().items() if not path.exists()}
    left = {name: PROGRAMS[name].seconds for name in paths}
    for number, (name, path) in enumerate(paths.items(), 1):
        title = f"{number} of {len(paths)}: building {name}"
        with report.task(title, left[name], sum(left.values())) as detail:
            _build(name, path, detail)
        del left[name]
    missing = [name for name in MANIFESTS if not _manifests(name).exists()]
    if missing:
        with report.task("downloading manifests", 5, 5) as detail:
            for name in missing:
                module_directory(name, detail)


def _build(name: str, target: Path, report: golang.Report) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent.with_suffix(".lock"))
    while not target.exists():
        try:
            with lock.acquire(timeout=1):
                if not target.exists():
                    _compile(PROGRAMS[name], target, report)
        except Timeout:
            report("another process is building it")


def _compile(program: Program, target: Path, report: golang.Report) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        source = _source(program, Path(temporary) / "module", report)
        golang.compile_program(go(), source, program.package, program.ldflags, target, report)


def _source(program: Program, extracted: Path, report: golang.Report) -> Path:
    if not isinstance(program.source, Module):
        return SOURCES / program.source
    # A copy, because Go refuses to overlay files of its module cache.
    golang.extract(golang.archive(go(), program.source, report), program.source, "", extracted)
    for file, content in program.replaced.items():
        (extracted / file).write_text(content)
    return extracted


def go() -> Path:
    """A go command that is new enough for every go.mod of the lab."""
    mods = (file.read_text() for file in SOURCES.glob("*/go.mod"))
    required = [match[1] for mod in mods if (match := re.search(r"(?m)^go (\S+)$", mod))]
    return golang.find_go(max(required, key=lambda v: tuple(map(int, v.split(".")))))


def _module(name: str) -> Module:
    for module in (EXTERNAL_SECRETS, GATEWAY_API, FLUX_OPERATOR, PROMETHEUS_OPERATOR):
        if module.path.endswith(f"/{name}"):
            return module
    path = re.escape(f"github.com/fluxcd/{name}")
    pins = SOURCES / "kubernetes-flux"
    version = re.search(rf"(?m)^\t{path} (v\S+)", (pins / "go.mod").read_text())
    if version is not None:
        pin = rf"(?m)^({path}) ({re.escape(version[1])}) (h1:\S+)$"
        if found := re.search(pin, (pins / "go.sum").read_text()):
            return Module(found[1], found[2], found[3])
    message = f"lab/go/kubernetes-flux does not pin {name}"
    raise LabError(message)


def _manifests(name: str) -> Path:
    return cache_directory() / "modules" / f"{name}-{_module(name).version}"


def module_directory(name: str, report: golang.Report = lambda _: None) -> Path:
    """Returns a directory with the part of the module `name` that has its CRDs.

    It stays in the cache, so a second call needs neither Go nor a network.

    Args:
        name: One of `MANIFESTS`.
        report: Called with the progress of the download.

    Raises:
        LabError: There is no Go, or the module cannot be downloaded as pinned.
    """
    target = _manifests(name)
    if not target.exists():
        module = _module(name)
        golang.extract(
            golang.archive(go(), module, report, SOURCES / "kubernetes-flux"),
            module,
            MANIFESTS[name],
            target,
        )
    return target
