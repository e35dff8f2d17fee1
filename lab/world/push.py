"""Commits to the repositories of the lab's GitHub, as a developer's push would make them."""

import base64
from collections.abc import Mapping

import httpx2

from lab.run.directory import CLONE, LabError
from lab.run.state import LabState
from lab.world.surroundings import ORGANISATION

EXAMPLES = CLONE / "examples"
"""`<name>/`: the files of one application repository."""


def full_name(repository: str) -> str:
    """`owner/name` of a repository that may be given by its name alone."""
    return repository if "/" in repository else f"{ORGANISATION}/{repository}"


def connect(state: LabState) -> httpx2.Client:
    """A client of the lab's GitHub with the organisation's token."""
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{state.ports['github']}",
        headers={"Authorization": f"Bearer {state.tokens.organisation}"},
        # A proxy in the user's environment must not see loopback.
        trust_env=False,
    )


def _checked(answer: httpx2.Response, repository: str) -> httpx2.Response:
    if answer.is_success:
        return answer
    message = f"the lab's GitHub on {repository}: {answer.json()['message']}"
    if answer.status_code == httpx2.codes.NOT_FOUND:
        message = f"the lab's GitHub has no {repository}"
    raise LabError(message)


def read(github: httpx2.Client, repository: str, path: str, branch: str = "main") -> str:
    """The text of a file of `repository`, an `owner/name`, by GitHub's own contents API.

    Raises:
        LabError: There is no such file, branch or repository.
    """
    where = f"/repos/{repository}/contents/{path}"
    answer = _checked(github.get(where, params={"ref": branch}), f"{repository}/{path} on {branch}")
    found = answer.json()
    if not isinstance(found, dict):
        message = f"{path} of {repository} is a directory"
        raise LabError(message)
    return base64.b64decode(found["content"]).decode()


def commit(
    github: httpx2.Client,
    repository: str,
    message: str,
    files: Mapping[str, str],
    branch: str = "main",
) -> str:
    """Commits `files` (content by path; none make an empty commit) to a branch of `repository`.

    Returns:
        The commit's id.

    Raises:
        LabError: There is no such repository, or the double refuses the commit.
    """
    body = {"branch": branch, "message": message, "files": files}
    answer = _checked(github.post(f"/_lab/repos/{repository}/push", json=body), repository)
    return str(answer.json()["sha"])


def hold_back(github: httpx2.Client, seconds: float) -> None:
    """Has the deliveries of later events wait in GitHub's queue, each for a random time of at most `seconds`."""
    github.put("/_lab/deliveries", json={"held_back": seconds}).raise_for_status()


def example(name: str) -> dict[str, str]:
    """The files of an example, by path."""
    root = EXAMPLES / name
    paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def seed(state: LabState, repository: str) -> None:
    """Makes the first commit of `repository` from its example, so that there is one to deliver."""
    files = example(repository.partition("/")[2])
    with connect(state) as github:
        commit(github, repository, "The application and its manifests", files)
