"""The JSON web tokens with which a GitHub App authenticates.

Source: GitHub, "Generating a JSON Web Token (JWT) for a GitHub App".
"""

import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lab.github.model.errors import GitHubError
from lab.github.model.store import Store, Token

LONGEST = 600
"""Seconds that a token may be good for, from GitHub's clock on."""

DRIFT = 60
"""Seconds by which the App's clock may be ahead of GitHub's."""

_UNREADABLE = "A JSON web token could not be decoded"
_EXPIRED = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
    "which the assertion expires"
)
_TOO_LONG = "'Expiration time' claim ('exp') is too far in the future"
_ISSUED = (
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was "
    "issued"
)


def authenticate_app(store: Store, authorization: str | None) -> Token:
    """Finds the App whose JSON web token an Authorization header has.

    Returns:
        The App's own token: it may ask about the App and its installations, nothing else.

    Raises:
        GitHubError: 401, there is no token, its signature is wrong or it is not valid now;
            404, it names another App.
    """
    scheme, _, given = (authorization or "").partition(" ")
    app = store.app
    if scheme.lower() != "bearer" or app is None:
        raise GitHubError(401, _UNREADABLE)
    try:
        key = RSAKey.import_key(app.config.public_key.read_bytes())
        claims = jwt.decode(given.strip(), key, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        raise GitHubError(401, _UNREADABLE) from None
    if claims.get("iss") not in (app.config.id, str(app.config.id), app.config.client_id):
        raise GitHubError(404, "Integration not found")
    now, expires, issued = time.time(), claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int) or expires <= now:
        raise GitHubError(401, _EXPIRED)
    if expires > now + LONGEST:
        raise GitHubError(401, _TOO_LONG)
    if not isinstance(issued, int) or issued > now + DRIFT:
        raise GitHubError(401, _ISSUED)
    return app.token
