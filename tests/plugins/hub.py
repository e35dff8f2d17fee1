"""The lab's GitHub as tests see it, and inputs for it."""

from dataclasses import dataclass

import asyncssh
import httpx

from lab.plugins.core.values import Properties, Secret, Value

DEPLOY_KEY = "github:index/repositoryDeployKey:RepositoryDeployKey"
OWNER, BOT = "developer-friendly", "developer-friendly-bot"


@dataclass
class Hub:
    """The lab's GitHub."""

    url: str
    tokens: dict[str, str]

    def get(self, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[OWNER]}"}
        with httpx.Client(trust_env=False, headers=headers) as http:
            return http.get(f"{self.url}repos/{OWNER}/echo-server/{path}")

    def delete(self, path: str) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[OWNER]}"}
        with httpx.Client(trust_env=False, headers=headers) as http:
            answer = http.delete(f"{self.url}repos/{OWNER}/echo-server/{path}")
            answer.raise_for_status()

    def make_repository(self, name: str) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[OWNER]}"}
        with httpx.Client(trust_env=False, headers=headers) as http:
            answer = http.post(f"{self.url}orgs/{OWNER}/repos", json={"name": name})
            answer.raise_for_status()


def public_key(comment: str = "") -> str:
    """A new public key in one line."""
    text = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    return f"{text} {comment}".strip()


def deploy_key(key: str, title: str = "flux") -> Properties:
    return {"repository": "echo-server", "key": key, "title": title}


def webhook(secret: str, *events: str) -> Properties:
    configuration: Properties = {
        "url": Secret("https://flux.fluxhook.test/hook/0123456789"),
        "contentType": "json",
        "secret": Secret(secret),
    }
    listed: list[Value] = [*events]
    return {"repository": "echo-server", "events": listed, "configuration": configuration}
