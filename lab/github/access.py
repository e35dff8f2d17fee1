"""Who calls, and may they: authentication, rights and the rate limit."""

import hmac
import time

from lab.github.config import Rights
from lab.github.errors import GitHubError, JsonObject, not_found
from lab.github.operations import Operation
from lab.github.store import Store, Token

LIMIT = 15_000
"""Requests an hour; GitHub's figure for apps of Enterprise Cloud organisations."""

WINDOW = 3600
"""Seconds of a rate-limit window."""

GRANTED = {
    Rights.ORGANISATION: {
        "administration": "write",
        "contents": "write",
        "metadata": "read",
        "repository_hooks": "write",
    },
    Rights.BOT: {"contents": "read", "gpg_keys": "write", "metadata": "read"},
    Rights.READ_ONLY: {
        "administration": "read",
        "contents": "read",
        "metadata": "read",
        "repository_hooks": "read",
    },
}

BOT_SCOPES = "admin:gpg_key, public_repo, read:user"


def authenticate(store: Store, authorization: str | None) -> Token | None:
    """Finds the token of an Authorization header.

    Returns:
        The token, or None without a header.

    Raises:
        GitHubError: 401, the token is unknown.
    """
    if authorization is None:
        return None
    scheme, _, given = authorization.partition(" ")
    found = None
    for known, token in store.tokens.items():
        if hmac.compare_digest(known.encode(), given.strip().encode()):
            found = token
    if found is None or scheme.lower() not in ("bearer", "token"):
        raise GitHubError(401, "Bad credentials")
    return found


def authorize(operation: Operation, token: Token | None) -> None:
    """Checks a token's rights for an operation, on whatever it acts.

    Raises:
        GitHubError: 401 without a token; 403 or, for deploy keys and hooks, 404 without the
            right, as GitHub answers who is no admin of a repository.
    """
    if operation.anonymous:
        return
    if token is None:
        raise GitHubError(401, "Requires authentication")
    if allows(token, operation.permission):
        return
    if operation.path.startswith("/repos/{owner}/{repo}/"):
        raise not_found()
    kind = "integration" if token.account.is_organization else "personal access token"
    raise GitHubError(403, f"Resource not accessible by {kind}")


def allows(token: Token, permission: str) -> bool:
    """Whether a token holds a permission such as `administration=write`; the empty one, always."""
    name, _, level = permission.partition("=")
    granted = GRANTED[token.rights].get(name)
    return not permission or granted == "write" or (granted == "read" and level == "read")


def count(token: Token | None) -> dict[str, str]:
    """Counts one request against the token's limit.

    Returns:
        GitHub's X-RateLimit headers.

    Raises:
        GitHubError: 403, the limit of this hour is used up.
    """
    if token is not None:
        _turn(token)
        token.used += 1
        if token.used > LIMIT:
            raise GitHubError(403, f"API rate limit exceeded for user ID {token.account.id}.")
    return {f"X-RateLimit-{name.title()}": str(value) for name, value in rate(token).items()} | {
        "X-RateLimit-Resource": "core"
    }


def rate(token: Token | None) -> JsonObject:
    """GitHub's `rate-limit`: limit, remaining, reset (Unix seconds) and used."""
    if token is not None:
        _turn(token)
    used = token.used if token else 0
    reset = (_window() + 1) * WINDOW
    return {"limit": LIMIT, "remaining": max(0, LIMIT - used), "reset": reset, "used": used}


def _window() -> int:
    return int(time.time()) // WINDOW


def _turn(token: Token) -> None:
    """Forgets what was used in an earlier hour."""
    if token.window != _window():
        token.window, token.used = _window(), 0
