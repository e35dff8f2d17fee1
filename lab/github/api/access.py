"""Authentication, rights and the rate limit."""

import hmac
import time

from lab.github.model.config import Rights
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import Operation
from lab.github.model.store import Repository, Store, Token, now

LIMIT = 15_000
"""Requests an hour; GitHub's figure for apps of Enterprise Cloud organisations."""

WINDOW = 3600
"""Seconds of a rate-limit window."""

BOT_SCOPES = "admin:gpg_key, admin:ssh_signing_key, public_repo, user"


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
    found = find_token(store, given.strip())
    if found is None or scheme.lower() not in ("bearer", "token"):
        raise GitHubError(401, "Bad credentials")
    return found


def find_token(store: Store, given: str) -> Token | None:
    """The token of this text, unless it has expired."""
    found = None
    for known, token in store.tokens.items():
        if hmac.compare_digest(known.encode(), given.encode()):
            found = token
    expired = found is not None and found.expires_at is not None and found.expires_at <= now()
    return None if expired else found


def sees(token: Token | None, repository: Repository) -> bool:
    """Whether a repository exists for a caller.

    The bot's token has the scope `public_repo` (GitHub, "Scopes for OAuth apps"); one of an
    installation is kept to the repositories that it names.
    """
    if token is not None and token.repositories is not None:
        return repository.id in token.repositories
    return not repository.private or (token is not None and token.rights is not Rights.BOT)


def authorize(operation: Operation, token: Token | None) -> None:
    """Checks a token's rights for an operation.

    Raises:
        GitHubError: 401 without a token; 403 without the right. For deploy keys and hooks 404 to a
            token whose account is not an admin of the repository; one that only lacks the
            permission, as a fine-grained one or an App's may, gets 403 there, too.
    """
    if operation.anonymous or operation.app:
        return
    if token is None:
        raise GitHubError(401, "Requires authentication")
    if allows(token, operation.permission):
        return
    of_admins = operation.permission.startswith(("administration", "repository_hooks"))
    is_classic = token.rights is not None
    if is_classic and of_admins and operation.path.startswith("/repos/{owner}/{repo}/"):
        raise not_found()
    raise not_accessible(token)


def not_accessible(token: Token) -> GitHubError:
    """What GitHub says of a call for which a token lacks the permission."""
    kind = "personal access token" if token.account.is_user else "integration"
    return GitHubError(403, f"Resource not accessible by {kind}")


def allows(token: Token, permission: str) -> bool:
    """Whether a token has a permission such as `administration=write`; it always has the empty one.

    For `issues=read; pull_requests=read` either is enough, as in X-Accepted-GitHub-Permissions.
    """
    for either in permission.split(";"):
        name, _, level = either.strip().partition("=")
        granted = token.permissions.get(name)
        if not name or granted == "write" or (granted == "read" and level == "read"):
            return True
    return False


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
    """Resets the count of requests when a new hour has begun."""
    if token.window != _window():
        token.window, token.used = _window(), 0
