"""`fluxhook lab push`: one commit, and, if asked, how long it took into the cluster."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import httpx2

from fluxhook import flux, timeline
from fluxhook.timeline import Applied
from fluxhook.yaml_values import with_value
from lab.run import control
from lab.run.directory import LabDirectory, LabError
from lab.world.push import commit, connect, full_name, read


@dataclass(frozen=True)
class Change:
    """A value to set: `FILE:DOTTED.PATH=value`."""

    file: str
    path: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Change":
        """Takes the text apart.

        Raises:
            LabError: It has another form.
        """
        place, equals, value = text.partition("=")
        file, _, path = place.partition(":")
        if not (file and path and equals):
            message = f"--set {text}: write FILE:DOTTED.PATH=value"
            raise LabError(message)
        return cls(file, path, value)


def changed(
    github: httpx2.Client, repository: str, branch: str, changes: Sequence[Change]
) -> dict[str, str]:
    """The files that `changes` change, as they then are.

    Raises:
        LabError: There is no such file, or no such value in it.
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
    """Makes one commit; without changes it is an empty one.

    Returns:
        `sha`, and when waited for `applied_ms`, from the push to the applied revision.

    Raises:
        LabError: No lab runs, something named does not exist, or Flux did not apply it in time.
    """
    state = control.running(lab)
    repository = full_name(repository)
    with connect(state) as github:
        files = changed(github, repository, branch, changes)

        def send() -> str:
            return commit(github, repository, message, files, branch)

        async def waited() -> Applied:
            async with flux.connected(lab) as cluster:
                target = await flux.find(cluster, repository, branch)
                return await timeline.applied(cluster, target, send)

        if not wait:
            return {"sha": send()}
        return asdict(asyncio.run(waited()))
