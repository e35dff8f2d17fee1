"""The command line as a whole: its verbs, how it ends, and that it works where no lab is installed."""

import importlib.metadata
import subprocess
import sys

import pytest

from fluxhook import cli, documentation
from fluxhook.errors import MEANINGS, ExitCode
from tests.unit.cli.conftest import fluxhook
from tests.unit.conftest import ROOT

WITHOUT_OTHERS = """
import importlib.metadata, pathlib, re, sys
lock = pathlib.Path(sys.argv[1]).read_text()
installed = set(re.findall(r"^([\\w-]+)(?:\\[.*\\])?==", lock, re.MULTILINE))
providers = importlib.metadata.packages_distributions()
def absent(module):
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in providers.get(module, ())}
    return bool(names) and not names & {*installed, "fluxhook"}
class Absent:
    def find_spec(self, name, path=None, target=None):
        if absent(name.partition(".")[0]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from fluxhook.cli import app
app(["--help"], prog_name="fluxhook")
"""


def test_the_version_is_that_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = fluxhook("--version").output
    assert f'version = "{printed.split()[1]}"' in (ROOT / "pyproject.toml").read_text()

    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    assert fluxhook("--version").output == printed


def test_the_command_line_imports_nothing_of_the_lab_before_a_verb_of_the_lab_runs() -> None:
    program = (
        "import sys, fluxhook.cli\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'lab', 'moto'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_reading_a_stack_imports_no_provider_since_that_takes_a_second() -> None:
    program = (
        "import sys, fluxhook.sides.applications, fluxhook.watching.verify\n"
        "print([name for name in sys.modules if name.startswith('pulumi_')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_where_the_lab_is_not_installed_the_other_verbs_work_and_the_lab_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "fluxhook.demo.verbs", None)
    monkeypatch.delattr("fluxhook.demo.verbs", raising=False)
    assert "\n  lab " not in fluxhook("--help").output
    assert fluxhook("lab", "up", code=1).stderr == f"fluxhook: {cli.NO_LAB}\n"


def test_verbs_of_the_lab_stand_below_lab_alone() -> None:
    assert "\n  lab " in fluxhook("--help").output
    for verb in ("up", "preview", "destroy", "down", "demo"):
        assert f"\n  {verb} " in fluxhook("lab", "--help").output
        fluxhook(verb, code=2)


def test_help_draws_no_boxes() -> None:
    assert not {"─", "│", "\x1b"} & set(fluxhook("--help").output)


def test_the_page_of_the_command_line_is_that_of_make_docs() -> None:
    assert documentation.PAGE.read_text() == documentation.page(), "run `make docs`"


def test_the_page_says_what_every_exit_code_means() -> None:
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | {meaning} |" in documentation.page()


def test_the_command_line_needs_no_package_but_those_that_pulumi_install_brings() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OTHERS, ROOT / "requirements.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "\n  graph " in done.stdout and "\n  lab " not in done.stdout
