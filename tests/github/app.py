"""The double's GitHub App as its holder sees it."""

import time
from collections.abc import Generator
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from githubkit import GitHub, GitHubCore
from githubkit.auth import BaseAuthStrategy
from joserfc import jwt
from joserfc.jwk import RSAKey

APP_ID, INSTALLATION = 290, 2900


def json_web_token(key: RSAPrivateKey, **changes: object) -> str:
    """What an App shows of itself, good for nine minutes."""
    issued = int(time.time())
    claims = {"iss": str(APP_ID), "iat": issued, "exp": issued + 540} | changes
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(pem))


@dataclass
class Bearer(BaseAuthStrategy, httpx.Auth):
    """Shows a token as GitHub wants a JSON web token shown."""

    token: str

    def get_auth_flow(self, github: GitHubCore["Bearer"]) -> httpx.Auth:
        return self

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def as_app(api_url: str, key: RSAPrivateKey) -> GitHub[Bearer]:
    """GitHub's description as the App's own client reads it."""
    return GitHub(
        Bearer(json_web_token(key)),
        base_url=api_url,
        http_cache=False,
        auto_retry=False,
        trust_env=False,
    )
