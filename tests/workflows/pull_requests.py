"""Pull requests of the lab's GitHub, and the comments on them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from lab.world import push
from lab.world.surroundings import ORGANISATION
from tests.world import World


@dataclass(frozen=True)
class PullRequest:
    """A pull request of a branch of the repository itself."""

    world: World
    repository: str
    """`owner/name`."""
    branch: str
    number: int

    @property
    def environment(self) -> dict[str, str]:
        """What GitHub sets in every job of the repository; and whose the job's token is."""
        return {
            "GITHUB_API_URL": self.world.environment["GITHUB_API_URL"],
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ID": "1",
            "COMMENT_AUTHOR": ORGANISATION,
        }

    def comments(self) -> list[str]:
        """What the comments say, the oldest first; at most a hundred."""
        return [str(each["body"]) for each in self.world.get(f"{self._comments}?per_page=100")]

    def count(self) -> int:
        """How many comments there are."""
        answer = self.world.github.get(f"/repos/{self.repository}/pulls/{self.number}")
        return int(answer.raise_for_status().json()["comments"])

    def comment(self, text: str) -> None:
        """Adds a comment of somebody's."""
        self.world.github.post(self._comments, json={"body": text}).raise_for_status()

    @property
    def _comments(self) -> str:
        return f"/repos/{self.repository}/issues/{self.number}/comments"


def opened(world: World, name: str, files: Mapping[str, str]) -> PullRequest:
    """A new pull request of a repository that has a commit on main; `files` are what it changes."""
    repository, branch = push.full_name(name), f"change-{uuid.uuid4().hex[:8]}"
    with push.connect(world.state) as github:
        push.commit(github, repository, "A change", files, branch)
    body = {"title": "A change", "head": branch, "base": "main"}
    answer = world.github.post(f"/repos/{repository}/pulls", json=body)
    return PullRequest(world, repository, branch, answer.raise_for_status().json()["number"])
