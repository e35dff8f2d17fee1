"""Runs a verb on the stack, as a user does."""

import os
import subprocess
import sys
from pathlib import Path

from tests.lab.watching.conftest import NAME, Watched


def fluxhook(watched: Watched, *arguments: str, code: int = 0) -> str:
    """Runs `fluxhook` on the stack; what it printed, or with `code` on standard output all the same."""
    directory = str(watched.application.stack.directory)
    done = subprocess.run(
        [Path(sys.executable).with_name("fluxhook"), *arguments, "-s", NAME, "-C", directory],
        env={**os.environ, **watched.world.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr == "", "no progress where nobody looks"
    return done.stdout
