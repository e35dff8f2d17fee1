"""The configuration of one double of GitHub."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Rights(StrEnum):
    """Kinds of tokens by their rights; the values are those of the CONFIG file."""

    ORGANISATION = "organisation"
    BOT = "bot"
    READ_ONLY = "read-only"
    STATUSES = "statuses"


PERMISSIONS: Mapping[Rights, Mapping[str, str]] = {
    Rights.ORGANISATION: {
        "administration": "write",
        "contents": "write",
        "issues": "write",
        "metadata": "read",
        "pull_requests": "write",
        "repository_hooks": "write",
        "statuses": "write",
        "workflows": "write",
    },
    Rights.BOT: {
        "contents": "read",
        "email_addresses": "read",
        "git_signing_ssh_public_keys": "write",
        "gpg_keys": "write",
        "metadata": "read",
    },
    Rights.READ_ONLY: {
        "administration": "read",
        "contents": "read",
        "issues": "read",
        "metadata": "read",
        "pull_requests": "read",
        "repository_hooks": "read",
        "statuses": "read",
    },
    Rights.STATUSES: {"metadata": "read", "statuses": "write"},
}
"""GitHub's permissions, by a token's rights."""


@dataclass(frozen=True)
class Email:
    """An e-mail address of an account; signatures count only for a verified one."""

    email: str
    verified: bool


@dataclass(frozen=True)
class AccountConfig:
    """An account that exists from the start; `type` is GitHub's `Organization` or `User`."""

    login: str
    type: str
    emails: tuple[Email, ...] = ()


@dataclass(frozen=True)
class TokenConfig:
    """A token, the login it acts as, and its rights. `repr` never shows the token."""

    token: str = field(repr=False)
    login: str
    rights: Rights


@dataclass(frozen=True)
class AppConfig:
    """A GitHub App, owned by the account `login` and installed there on all repositories.

    `public_key` is the PEM file against which the App's JSON web tokens are checked.
    """

    id: int
    client_id: str
    slug: str
    login: str
    installation_id: int
    public_key: Path


@dataclass(frozen=True)
class Https:
    """Where github.com and api.github.com are served with TLS on loopback."""

    port: int
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Gateway:
    """Hosts ending in `suffix` mean the lab's gateway on loopback: TLS `port`, or `http_port`."""

    suffix: str
    port: int
    http_port: int


@dataclass(frozen=True)
class Config:
    """All of one double: its ports, its git directory, its trust root and its accounts.

    `kubeconfig` is that of the cluster whose objects the page shows; with None it shows none.
    Without `https` there is no TLS and no git over HTTPS, without `app` no GitHub App.
    """

    port: int
    ssh_port: int
    directory: Path
    ca_file: Path
    gateway: Gateway
    accounts: tuple[AccountConfig, ...]
    tokens: tuple[TokenConfig, ...]
    repositories: tuple[str, ...]
    kubeconfig: Path | None = None
    https: Https | None = None
    app: AppConfig | None = None

    @property
    def api_url(self) -> str:
        """The base of every URL in an answer, without a final slash."""
        return f"http://127.0.0.1:{self.port}"


def read_config(path: Path) -> Config:
    """Reads the CONFIG file.

    Args:
        path: A JSON file that only its owner may read, because it carries tokens.

    Returns:
        The configuration.

    Raises:
        PermissionError: Others than the owner may read the file.
        KeyError: A key is missing.
        ValueError: The file is no JSON, or a token names rights that do not exist.
    """
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} carries tokens: make it readable by its owner only")
    data = json.loads(path.read_text())
    return Config(
        port=data["port"],
        ssh_port=data["ssh_port"],
        directory=Path(data["directory"]),
        ca_file=Path(data["ca_file"]),
        gateway=Gateway(**data["gateway"]),
        accounts=tuple(
            AccountConfig(
                item["login"],
                item["type"],
                tuple(Email(e["email"], e["verified"]) for e in item.get("emails", ())),
            )
            for item in data["accounts"]
        ),
        tokens=tuple(
            TokenConfig(item["token"], item["login"], Rights(item["rights"]))
            for item in data["tokens"]
        ),
        repositories=tuple(data["repositories"]),
        kubeconfig=Path(data["kubeconfig"]) if "kubeconfig" in data else None,
        https=_https(data["https"]) if "https" in data else None,
        app=_app(data["app"]) if "app" in data else None,
    )


def _https(item: Mapping[str, Any]) -> Https:
    return Https(item["port"], Path(item["certificate"]), Path(item["key"]))


def _app(item: Mapping[str, Any]) -> AppConfig:
    return AppConfig(**{**item, "public_key": Path(item["public_key"])})
