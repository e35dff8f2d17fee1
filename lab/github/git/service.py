"""Runs git's own server programs for one request, and returns the refs that a push has moved.

Git's post-receive hook writes the moved refs to a file of each run, so that concurrent pushes
cannot be mixed up.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lab.github.git.reading import Push

SERVICES = {"git-upload-pack": "upload-pack", "git-receive-pack": "receive-pack"}
"""Git's subcommands by the names that clients ask for."""

_TOLD = "FLUXHOOK_MOVED_REFS"
"""Names, for git's hook, the file that takes the moved refs of one push."""


class NoGit(Exception):
    """There is no git on PATH."""


class Run:
    """One run of a server program of git."""

    def __init__(self, hooks: Path, told: Path) -> None:
        """Prepares a run whose hook writes to the file `told`."""
        self._hooks = hooks
        self._told = told

    async def start(
        self, *arguments: str, environment: Mapping[str, str]
    ) -> asyncio.subprocess.Process:
        """Starts `git` with pipes to all its streams.

        Raises:
            NoGit: It is not installed.
        """
        git = shutil.which("git")
        if git is None:
            raise NoGit
        return await asyncio.create_subprocess_exec(
            git,
            "-c",
            f"core.hooksPath={self._hooks}",
            "-c",
            "receive.autogc=false",
            # As GitHub serves: any commit by its id, and partial clones.
            "-c",
            "uploadpack.allowAnySHA1InWant=true",
            "-c",
            "uploadpack.allowFilter=true",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                _TOLD: str(self._told),
                **environment,
            },
        )

    def moved(self) -> list[Push]:
        """The refs that a push has moved."""
        if not self._told.exists():
            return []
        lines = self._told.read_text().splitlines()
        return [Push(ref, old, new) for old, new, ref in map(str.split, lines)]


@contextmanager
def run(hooks: Path) -> Iterator[Run]:
    """A run, with the hooks of `write_hooks`."""
    with tempfile.TemporaryDirectory() as scratch:
        yield Run(hooks, Path(scratch) / "moved")


def write_hooks(directory: Path) -> Path:
    """Writes git's hooks below the directory of all repositories; returns where they are."""
    hooks = directory / ".hooks"
    hooks.mkdir(parents=True, exist_ok=True)
    script = hooks / "post-receive"
    script.write_text(f'#!/bin/sh\nexec cat >"${_TOLD}"\n')
    script.chmod(0o700)
    return hooks
