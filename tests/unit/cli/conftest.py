"""A fake `pulumi` on PATH, and the command line as a user types it."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fluxhook.cli import app
from tests.unit.conftest import CONFIG, raw

SCRIPT = """#!{python}
import json, os, pathlib, sys
answers = json.loads(pathlib.Path({answers!r}).read_text())
with open({calls!r}, "a") as file:
    file.write(json.dumps({{"arguments": sys.argv[1:], "cwd": os.getcwd()}}) + "\\n")
line = " ".join(sys.argv[1:])
for start, (code, output, error) in sorted(answers.items(), reverse=True):
    if line.startswith(start):
        sys.stdout.write(output)
        sys.stderr.write(error)
        sys.exit(code)
sys.exit(f"error: nobody told the fake pulumi about: {{line}}")
"""


@dataclass
class Pulumi:
    """A `pulumi` that answers what it was told; it knows the stack `unit`."""

    directory: Path
    answers: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    def says(self, command: str, answer: object = "", *, code: int = 0, error: str = "") -> None:
        """Answer what begins with `command`, the longest one first; an answer that is no text is JSON."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self.answers[command] = (code, text, error)
        (self.directory / "answers.json").write_text(json.dumps(self.answers))

    def configured(
        self, values: Mapping[str, object], secrets: Mapping[str, str] | None = None
    ) -> None:
        """Have a stack file with `values`, and `secrets` that are encrypted; `aws:region` stands as it is."""
        plain = {
            key if ":" in key else f"fluxhook:{key}": {"value": text, "secret": False}
            for key, text in raw(values).items()
        }
        hidden = {
            f"fluxhook:{key}": {"value": text, "secret": True}
            for key, text in (secrets or {}).items()
        }
        self.says("config --json --show-secrets", {**plain, **hidden})

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        lines = (self.directory / "calls.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pulumi:
    """The only `pulumi` on PATH."""
    directory = tmp_path / "fake-pulumi"
    directory.mkdir()
    script = directory / "pulumi"
    files = {name: str(directory / name) for name in ("answers.json", "calls.jsonl")}
    script.write_text(
        SCRIPT.format(
            python=sys.executable, answers=files["answers.json"], calls=files["calls.jsonl"]
        )
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))
    fake = Pulumi(directory)
    fake.says("stack --show-name", "unit\n")
    fake.configured(CONFIG)
    return fake


def fluxhook(*arguments: str, code: int = 0, answers: str | None = None) -> Result:
    """Run the command line; the answers are typed at its questions."""
    result = CliRunner().invoke(app, arguments, input=answers)
    assert result.exit_code == code, result.output
    return result
