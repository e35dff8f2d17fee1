"""`fluxhook lab push`: pushes one commit and, with `--wait`, measures the time until it is applied."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import httpx2

from fluxhook.demo import flux, timeline
from fluxhook.demo.timeline import Applied
from fluxhook.demo.yaml_values import with_value
from lab.run import control
from lab.run.directory import LabDirectory, LabError
from lab.world.push import commit, connect, full_name, read


@dataclass(frozen=True)
class Change:
    """A value to set in a YAML file, from `FILE:DOTTED.PATH=VALUE`."""

    file: str
    path: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Change":
        """Reads the argument of `--set`.

        Raises:
            LabError: It is not of the form `FILE:DOTTED.PATH=VALUE`.
        """
        place, equals, value = text.partition("=")
        file, _, path = place.partition(":")
        if not (file and path and equals):
            message = f"--set {text}: write FILE:DOTTED.PATH=VALUE"
            raise LabError(message)
        return cls(file, path, value)


def changed_files(
    github: httpx2.Client, repository: str, branch: str, changes: Sequence[Change]
) -> dict[str, str]:
    """Returns the new text of every file that `changes` name, by its path.

    Raises:
        LabError: A file does not exist, or has no such value.
    """
    files: dict[str, str] = {}
    for each in changes:
        text = files.get(each.file) or read(github, repository, each.file, branch)
        try:
            files[each.file] = with_value(text, each.path, each.value)
        except LabError as error:
            message = f"{each.file}: {error}"
            raise LabError(message) from error
    return files


def push(
    lab: LabDirectory,
    repository: str,
    changes: Sequence[Change],
    branch: str,
    message: str,
    *,
    wait: bool,
) -> dict[str, str | int]:
    """Pushes one commit, which is empty when there are no changes.

    Returns:
        `sha`; with `wait` also `applied_ms`, the milliseconds from the push until Flux applied it.

    Raises:
        LabError: No lab is running; the repository, branch, file or value does not exist; or Flux
            did not apply the commit in time.
    """
    state = control.running(lab)
    repository = full_name(repository)
    with connect(state) as github:
        files = changed_files(github, repository, branch, changes)

        def send() -> str:
            return commit(github, repository, message, files, branch)

        async def send_and_wait() -> Applied:
            async with flux.connected(lab) as cluster:
                target = await flux.find(cluster, repository, branch)
                return await timeline.push_and_wait(cluster, target, send)

        if not wait:
            return {"sha": send()}
        return asdict(asyncio.run(send_and_wait()))
