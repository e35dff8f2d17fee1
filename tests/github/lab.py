"""The double that a test has running, and what a client does with it."""

import asyncio
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import httpx
from githubkit import GitHub, TokenAuthStrategy

from lab.github.model.config import Config, Https, Rights
from lab.github.serving.double import Double
from tests.github.serving import delivered

ORGANISATION = "developer-friendly"
REPOSITORY = "echo-server"
BOT = "developer-friendly-bot"
BOT_EMAIL = "github@developer-friendly.blog"
HOST = "flux.fluxhook.test"
RECEIVER = f"https://{HOST}/hook/0123456789abcdef"

Keys = Callable[[str], asyncssh.SSHKey]
Git = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Lab:
    """A running double with its tokens by rights."""

    double: Double
    loop: asyncio.AbstractEventLoop
    tokens: dict[Rights, str] = field(repr=False)

    @property
    def config(self) -> Config:
        return self.double.config

    @property
    def https(self) -> Https:
        assert self.config.https
        return self.config.https

    def client(self, rights: Rights = Rights.ORGANISATION) -> httpx.Client:
        """A plain HTTP client with the token of these rights."""
        headers = {"Authorization": f"Bearer {self.tokens[rights]}"}
        # A context that loads no certificates: a client is made in no time.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.Client(base_url=self.config.api_url, headers=headers, verify=tls)

    def fine_grained(self, login: str = ORGANISATION, /, **permissions: str) -> httpx.Client:
        """A plain HTTP client with a token that has these permissions and no others."""
        order = {"login": login, "permissions": permissions}
        with self.client() as maker:
            made = maker.post("/_lab/tokens", json=order).raise_for_status().json()
        client = self.client()
        client.headers["Authorization"] = f"Bearer {made['token']}"
        return client

    def github(self, rights: Rights = Rights.ORGANISATION) -> GitHub[TokenAuthStrategy]:
        """GitHub's description as an independent client reads it."""
        return GitHub(
            self.tokens[rights],
            base_url=self.config.api_url,
            http_cache=False,
            auto_retry=False,
            trust_env=False,
        )

    def settle(self) -> None:
        """Waits until every delivery has been made."""
        asyncio.run_coroutine_threadsafe(delivered(), self.loop).result(30)

    def push(self, message: str = "a change", branch: str = "main", **files: str) -> str:
        """Commits to a branch by the lab's own call; the new commit's id."""
        order = {"branch": branch, "message": message, "files": files or {"README.md": message}}
        with self.client() as client:
            answer = client.post(f"/_lab/repos/{ORGANISATION}/{REPOSITORY}/push", json=order)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha"])


def url(lab: Lab, name: str = REPOSITORY, user: str = "git") -> str:
    return f"ssh://{user}@127.0.0.1:{lab.config.ssh_port}/{ORGANISATION}/{name}"


def register(lab: Lab, key: asyncssh.SSHKey, name: str = REPOSITORY, **options: object) -> str:
    """Registers a deploy key; its path."""
    body = {"title": "t", "key": key.export_public_key().decode(), **options}
    with lab.client() as client:
        answer = client.post(f"/repos/{ORGANISATION}/{name}/keys", json=body)
    assert answer.status_code == 201, answer.text
    return f"/repos/{ORGANISATION}/{name}/keys/{answer.json()['id']}"


def commit(git: Git, key: asyncssh.SSHKey, clone: Path, name: str, *more: str) -> str:
    (clone / name).write_text(name)
    for arguments in (["add", "."], ["commit", "-q", "-m", f"add {name}", *more]):
        assert git(key, "-C", str(clone), *arguments).returncode == 0
    return git(key, "-C", str(clone), "rev-parse", "HEAD").stdout.strip()
