"""Commits to the repositories of the lab's GitHub, as a developer's push would make them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import yaml

from lab.directory import LabError, LabState

SEED = Path(__file__).resolve().parent / "seed"
"""`<repository>/`: the files of its first commit."""

LAST_PUSH = "kustomize/base/last-push.yaml"
"""The file of the seed that `push` changes: a ConfigMap with the time."""


def commit(state: LabState, repository: str, message: str, files: Mapping[str, str]) -> str:
    """Commits `files` (content by path) to branch main of `repository`, an `owner/name`.

    Returns:
        The commit's id.

    Raises:
        LabError: There is no such repository.
    """
    url = f"http://127.0.0.1:{state.ports['github']}/_lab/repos/{repository}/push"
    answer = httpx2.post(
        url,
        json={"branch": "main", "message": message, "files": files},
        headers={"Authorization": f"Bearer {state.tokens.organisation}"},
        trust_env=False,
    )
    if answer.status_code != httpx2.codes.CREATED:
        message = f"the lab's GitHub refused a push to {repository}: {answer.json()['message']}"
        raise LabError(message)
    return str(answer.json()["sha"])


def seed(state: LabState, repository: str) -> None:
    """Makes the first commit of `repository`, so that there is something to deliver."""
    root = SEED / repository.partition("/")[2]
    files = {str(file.relative_to(root)): file.read_text() for file in root.rglob("*.yaml")}
    commit(state, repository, "Add the manifests", files)


def push(state: LabState, repository: str) -> str:
    """Commits the present time to `repository`; returns the commit's id."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    manifest = yaml.safe_load((SEED / repository.partition("/")[2] / LAST_PUSH).read_text())
    manifest["data"]["at"] = now
    files = {LAST_PUSH: yaml.safe_dump(manifest, sort_keys=False)}
    return commit(state, repository, f"Deploy at {now}", files)
