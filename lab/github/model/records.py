"""Records of accounts, keys, commit statuses and pull requests."""

from dataclasses import dataclass, field
from datetime import datetime

from lab.github.model.config import Email
from lab.github.model.errors import JsonObject


@dataclass(frozen=True)
class Account:
    """An organisation, a user, or the bot that an App acts as."""

    id: int
    login: str
    type: str
    emails: tuple[Email, ...]
    created_at: datetime

    @property
    def is_organization(self) -> bool:
        """Whether GitHub's `type` says Organization."""
        return self.type == "Organization"

    @property
    def is_user(self) -> bool:
        """Whether GitHub's `type` says User."""
        return self.type == "User"


@dataclass
class DeployKey:
    """A deploy key; `key` is type and base64 without a comment, as GitHub stores it."""

    id: int
    key: str
    title: str
    read_only: bool
    added_by: str
    fingerprint: str
    created_at: datetime
    last_used: datetime | None = None


@dataclass
class GpgKey:
    """A user's OpenPGP key; `facts` are the fields that GitHub shows of it.

    `key_ids` are those of the primary key and all subkeys, 16 upper-case hex digits each;
    `emails` are the addresses of its user ids, in lower case.
    """

    id: int
    login: str
    name: str | None
    armored: str
    key_ids: frozenset[str]
    emails: frozenset[str]
    facts: JsonObject


@dataclass(frozen=True)
class SigningKey:
    """A user's SSH key for signatures; `key` is type and base64 without a comment."""

    id: int
    login: str
    key: str
    title: str
    created_at: datetime


@dataclass(frozen=True)
class CommitStatus:
    """A status of a commit; `state` is error, failure, pending or success."""

    id: int
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: Account
    created_at: datetime


@dataclass
class Comment:
    """A comment on a pull request."""

    id: int
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime


@dataclass
class PullRequest:
    """An open pull request; `head` and `base` are branches of its own repository."""

    id: int
    number: int
    author: Account
    title: str
    body: str | None
    head: str
    base: str
    draft: bool
    created_at: datetime
    comments: dict[int, Comment] = field(default_factory=dict)
