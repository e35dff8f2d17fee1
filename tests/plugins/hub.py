"""The lab's GitHub as tests see it."""

from dataclasses import dataclass
from typing import Any

import httpx2

OWNER, BOT = "developer-friendly", "developer-friendly-bot"


@dataclass
class Hub:
    """The lab's GitHub: where it is, a token for each account, and the bot's address."""

    url: str
    tokens: dict[str, str]
    email: str

    def get(self, path: str) -> httpx2.Response:
        """Asks for something of the repository, such as `keys`."""
        with self._client(OWNER) as http:
            return http.get(f"repos/{OWNER}/echo-server/{path}")

    def delete(self, path: str) -> None:
        """Deletes something of the repository, such as `keys/1`."""
        with self._client(OWNER) as http:
            http.delete(f"repos/{OWNER}/echo-server/{path}").raise_for_status()

    def user_keys(self) -> list[dict[str, Any]]:
        """The bot's GPG keys."""
        with self._client(BOT) as http:
            keys: list[dict[str, Any]] = http.get("user/gpg_keys").json()
            return keys

    def _client(self, login: str) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.tokens[login]}"}
        return httpx2.Client(base_url=self.url, headers=headers, trust_env=False)
