"""The command line as a whole: its verbs, how it ends, and that it works where no lab is installed."""

import importlib.metadata
import subprocess
import sys

import pytest

from fluxhook import cli, documentation
from fluxhook.errors import MEANINGS, ExitCode
from tests.unit.cli.conftest import fluxhook
from tests.unit.conftest import ROOT


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
