"""What an `up` needs of this machine."""

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from fluxhook.stacks.engine import Engine
from preflight import Finding, Result

OLDEST_PULUMI, OLDEST_PYTHON = (3, 256), (3, 11)
SUBJECT = "tools"


def local(engine: Engine) -> tuple[Result, str]:
    """Look at this machine, and return what was found and the stack's identity, `organisation/project/stack`.

    Raises:
        Refusal: there is no `pulumi`, or no such stack.
    """
    # The engine takes a second for each answer.
    with ThreadPoolExecutor(1) as beside:
        identity = beside.submit(engine.run, "stack", "--show-name", "--fully-qualify-stack-names")
        return tools(engine), identity.result().strip()


def tools(engine: Engine) -> Result:
    """Look at the versions of Pulumi and Python.

    Raises:
        Refusal: there is no `pulumi`.
    """
    # `pulumi version` takes no `--stack`.
    version = Engine(engine.directory).run("version")
    return Result(SUBJECT, tuple(_faults(version, sys.version_info[:2])))


def _faults(pulumi: str, python: tuple[int, int]) -> Iterator[Finding]:
    found = re.search(r"(\d+)\.(\d+)", pulumi)
    if found and (int(found[1]), int(found[2])) < OLDEST_PULUMI:
        problem = f"`pulumi` on PATH is of version {pulumi.strip()}"
        yield Finding(SUBJECT, problem, f"install {_dotted(OLDEST_PULUMI)} or newer")
    if python < OLDEST_PYTHON:
        problem = f"this is Python {_dotted(python)}"
        yield Finding(SUBJECT, problem, f"use {_dotted(OLDEST_PYTHON)} or newer")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
