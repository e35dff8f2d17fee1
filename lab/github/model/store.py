"""The state of the double, in memory; git data is on disk."""

import asyncio
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lab.github.model.config import PERMISSIONS, AppConfig, Config, Rights
from lab.github.model.errors import JsonObject
from lab.github.model.records import (
    Account,
    CommitStatus,
    DeployKey,
    GpgKey,
    PullRequest,
    SigningKey,
)

KEPT_DELIVERIES = 1000
"""Deliveries kept for each hook; GitHub keeps three days of them."""


def now() -> datetime:
    """The time, in UTC, that every record carries."""
    return datetime.now(UTC)


@dataclass
class Token:
    """A caller's token: its account, its permissions and how much of its rate limit is used.

    `rights` are those of a personal access token; an App's tokens have none. An installation's
    token reaches `repositories` alone (ids; None: all of the App's owner) until `expires_at`.
    """

    account: Account
    permissions: Mapping[str, str]
    rights: Rights | None = None
    repositories: frozenset[int] | None = None
    expires_at: datetime | None = None
    used: int = 0
    window: int = 0


@dataclass(frozen=True)
class App:
    """A GitHub App; with `token` it may ask about itself and its installation, nothing else."""

    config: AppConfig
    owner: Account
    bot: Account
    token: Token
    created_at: datetime


@dataclass
class HookConfig:
    """A hook's `config`, with the secret in clear: only deliveries may read it."""

    url: str
    content_type: str
    insecure_ssl: str
    secret: str | None = field(repr=False)


@dataclass
class Delivery:
    """One attempt to deliver one event; `duration` in seconds."""

    id: int
    guid: str
    event: str
    redelivery: bool
    delivered_at: datetime
    duration: float
    status: str
    status_code: int
    url: str = field(repr=False)
    request_headers: dict[str, str] = field(repr=False)
    request_payload: JsonObject = field(repr=False)
    response_headers: dict[str, str] | None = None
    response_payload: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver answered 2xx."""
        return 200 <= self.status_code < 300


@dataclass
class Hook:
    """A repository webhook and its deliveries, oldest first."""

    id: int
    config: HookConfig
    events: list[str]
    active: bool
    created_at: datetime
    updated_at: datetime
    last_response: JsonObject = field(
        default_factory=lambda: {"code": None, "status": "unused", "message": None}
    )
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=KEPT_DELIVERIES))


@dataclass
class Repository:
    """A repository; `path` is its bare git repository."""

    id: int
    owner: Account
    name: str
    path: Path
    description: str | None
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    default_branch: str = "main"
    private: bool = False
    keys: dict[int, DeployKey] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)
    statuses: dict[str, list[CommitStatus]] = field(default_factory=dict)
    """By commit id, the oldest first."""
    verified: dict[str, datetime] = field(default_factory=dict)
    """When the signature of a commit was verified, by its id."""
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    """By number."""
    commits: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"


class Store:
    """All accounts, tokens, repositories and GPG keys of one double."""

    def __init__(self, config: Config) -> None:
        """Creates the accounts and tokens of a configuration, and no repository."""
        self.config = config
        self.started_at = now()
        self._ids = itertools.count(1001)
        self.accounts = {
            item.login.lower(): Account(
                self.next_id(), item.login, item.type, item.emails, self.started_at
            )
            for item in config.accounts
        }
        self.tokens = {
            item.token: Token(
                self.accounts[item.login.lower()], PERMISSIONS[item.rights], item.rights
            )
            for item in config.tokens
        }
        self.app = self._app(config.app) if config.app else None
        self.repositories: dict[str, Repository] = {}
        self.gpg_keys: dict[int, GpgKey] = {}
        self.signing_keys: dict[int, SigningKey] = {}
        self.ssh_host_keys: list[str] = []
        self.held_back = 0.0
        """Most seconds that a delivery waits between its event and the attempt."""

    def _app(self, config: AppConfig) -> App:
        login = f"{config.slug}[bot]"
        bot = Account(self.next_id(), login, "Bot", (), self.started_at)
        self.accounts[login] = bot
        owner = self.accounts[config.login.lower()]
        return App(config, owner, bot, Token(bot, {}), self.started_at)

    def next_id(self) -> int:
        """A number no other record of this double has; later ones are greater."""
        return next(self._ids)

    def repository(self, owner: str, name: str) -> Repository | None:
        """The repository of that name; GitHub's names ignore case."""
        return self.repositories.get(f"{owner}/{name}".lower())

    def deploy_key(self, key: str) -> tuple[Repository, DeployKey] | None:
        """The deploy key with this public key and its repository, or None."""
        for repository in self.repositories.values():
            for deploy_key in repository.keys.values():
                if deploy_key.key == key:
                    return repository, deploy_key
        return None
