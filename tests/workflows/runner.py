"""A job's `run` steps, executed as GitHub's runner does; what its `uses` steps prepare, the lab has."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workflows.files import workflow

LONGEST = 600
"""Seconds after which a step is not slow but stuck."""


@dataclass(frozen=True)
class Result:
    """A job that has ended."""

    outcomes: Mapping[str, str]
    """success, failure or skipped, by the step's name."""
    output: str
    summary: str


@dataclass(frozen=True)
class Runner:
    """A runner with a checkout of the program.

    `environment` is what a runner's own variables and the `uses` steps amount to; `values` says
    what each expression means, and one that it does not list is an error.
    """

    checkout: Path
    environment: Mapping[str, str]
    values: Mapping[str, str]

    def run(self, name: str, job: str) -> Result:
        """The job's steps, in order; after a failure only those that ask for it."""
        content = workflow(name)
        assert content["defaults"] == {"run": {"shell": "bash"}}
        described = content["jobs"][job]
        temporary = self.checkout / "runner"
        temporary.mkdir(exist_ok=True)
        files = {each: temporary / each for each in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for file in files.values():
            file.write_text("")
        environment = {
            **{each: os.environ[each] for each in ("PATH", "HOME")},
            **self.environment,
            **{each: str(file) for each, file in files.items()},
            "RUNNER_TEMP": str(temporary),
            **self._evaluated(described["env"]),
        }
        outcomes: dict[str, str] = {}
        output = ""
        for step in described["steps"]:
            if "run" not in step:
                continue
            if not self._wanted(step.get("if", "success()"), outcomes):
                outcomes[step["name"]] = "skipped"
                continue
            own = self._evaluated(step.get("env", {}))
            done = self._execute(step["run"], {**environment, **own})
            outcomes[step["name"]] = "failure" if done.returncode else "success"
            output += done.stdout
        return Result(outcomes, output, files["GITHUB_STEP_SUMMARY"].read_text())

    def _execute(
        self, script: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        # As GitHub documents `shell: bash`.
        shell: Sequence[str] = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
        return subprocess.run(
            [*shell, script],
            cwd=self.checkout,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LONGEST,
        )

    def _wanted(self, condition: str, outcomes: Mapping[str, str]) -> bool:
        """Whether a condition of the few forms that the workflows use is met."""
        failed = "failure" in outcomes.values()
        terms = condition.removeprefix("${{").removesuffix("}}").strip()
        if terms in ("success()", "!cancelled()"):
            return terms != "success()" or not failed
        if compared := re.fullmatch(r"(github\.[\w.]+) (==|!=) '(\w+)'", terms):
            return not failed and (self.values[compared[1]] == compared[3]) == (compared[2] == "==")
        started = re.fullmatch(r"!cancelled\(\) && \(?(steps.+?)\)?", terms)
        assert started, f"a condition of a new form: {condition}"
        ids = re.findall(r"steps\.(\w+)\.outcome != 'skipped'", started[1])
        assert " || ".join(f"steps.{each}.outcome != 'skipped'" for each in ids) == started[1]
        ran = {step.casefold() for step, outcome in outcomes.items() if outcome != "skipped"}
        return any(each in ran for each in ids)

    def _evaluated(self, variables: Mapping[str, Any]) -> dict[str, str]:
        def value(expression: re.Match[str]) -> str:
            return self.values[expression[1]]

        return {name: re.sub(r"\$\{\{ (.+?) \}\}", value, text) for name, text in variables.items()}
