"""Runs the `pulumi` that is on PATH, and says in one line why it failed."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fluxhook.errors import ExitCode, Refusal

HINTS = {
    "no Pulumi.yaml project file found": "name the directory of the program: -C DIRECTORY",
    "no stack selected": "name one: --stack NAME",
    "no stack named": "`pulumi stack ls` lists the stacks",
    "passphrase must be set": "export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE",
    "incorrect passphrase": "PULUMI_CONFIG_PASSPHRASE is not the one with which this stack was made",
    "failed to load checkpoint": "its file was just being written: put back the copy beside it, STACK.json.bak",
    "PULUMI_ACCESS_TOKEN must be set": "run `pulumi login`, or export PULUMI_BACKEND_URL",
}
"""By a part of Pulumi's message, what to do."""


@dataclass(frozen=True)
class Engine:
    """The `pulumi` on PATH, for the program in a directory."""

    directory: Path
    stack: str | None = None
    """The stack that is named; the selected one by default."""

    def run(self, *arguments: str) -> str:
        """Run `pulumi <arguments>`, which never asks a question, and return its output.

        Raises:
            Refusal: there is no `pulumi`, or it failed; with Pulumi's own reason.
        """
        if not (pulumi := shutil.which("pulumi")):
            message = "there is no `pulumi` on PATH; install the Pulumi CLI"
            raise Refusal(message, ExitCode.NO_STACK)
        if not self.directory.is_dir():
            message = f"{self.directory} is not a directory; name that of the program: -C DIRECTORY"
            raise Refusal(message, ExitCode.NO_STACK)
        named = ["--stack", self.stack] if self.stack else []
        process = subprocess.run(
            [pulumi, *arguments, *named, "--non-interactive", "--color", "never"],
            cwd=self.directory,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode:
            verb = " ".join(each for each in arguments if not each.startswith("-"))
            raise Refusal(f"`pulumi {verb}`: {_reason(process)}", ExitCode.NO_STACK)
        return process.stdout

    def answer(self, *arguments: str) -> Any:
        """Run `pulumi <arguments>` and return its answer in JSON.

        Raises:
            Refusal: As for `run`.
        """
        return json.loads(self.run(*arguments))


def _reason(process: "subprocess.CompletedProcess[str]") -> str:
    lines = [line.strip() for line in process.stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    reason = (errors or lines or [f"failed with exit code {process.returncode}"])[-1]
    hint = next((each for part, each in HINTS.items() if part in reason), None)
    # Pulumi's own advice behind a semicolon or a full stop is about other commands.
    return f"{reason.partition(';')[0].partition('. ')[0]}; {hint}" if hint else reason
