"""GitHub Apps: the one App of the double, its installation, and tokens of that."""

import secrets
from datetime import timedelta

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import Operation
from lab.github.model.store import App, Repository, Token, now
from lab.github.model.views import HTML, node_id, repository, simple_user, timestamp

GOOD_FOR = timedelta(hours=1)

GRANTED = {"contents": "write", "metadata": "read", "pull_requests": "write", "statuses": "write"}
"""The App's permissions; its installation has accepted all of them."""

_BEYOND = "The permissions requested are not granted to this installation."
_NO_REPOSITORY = (
    "There is at least one repository that does not exist or is not accessible to the parent "
    "installation."
)


_INSTALLATION = "/app/installations/{installation_id:int}"


@handles(
    Operation("apps/get-authenticated", "GET", "/app", "", {200: models.Integration}, app=True)
)
async def get_app(call: Call) -> Answer:
    """GET /app: the App itself."""
    app = _app(call)
    return Answer(
        200,
        {
            "id": app.config.id,
            "slug": app.config.slug,
            "node_id": node_id("App", app.config.id),
            "client_id": app.config.client_id,
            "owner": simple_user(call.store, app.owner),
            "name": app.config.slug,
            "description": None,
            "external_url": f"{HTML}/{app.owner.login}",
            "html_url": f"{HTML}/apps/{app.config.slug}",
            "created_at": timestamp(app.created_at),
            "updated_at": timestamp(app.created_at),
            "permissions": GRANTED,
            "events": [],
            "installations_count": 1,
        },
    )


@handles(
    Operation(
        "apps/create-installation-access-token",
        "POST",
        f"{_INSTALLATION}/access_tokens",
        "",
        {201: models.InstallationToken},
        models.AppInstallationsInstallationIdAccessTokensPostBody,
        app=True,
    )
)
async def create_token(call: Call) -> Answer:
    """POST /app/installations/{installation_id}/access_tokens: for an hour, of all or of less."""
    _check_installation(call)
    app, body = _app(call), call.read(models.AppInstallationsInstallationIdAccessTokensPostBody)
    asked = body.permissions
    permissions: dict[str, str] = {}
    if isinstance(asked, models.AppPermissions):
        permissions = asked.model_dump(exclude_unset=True)
    for name, level in permissions.items():
        if level not in (GRANTED.get(name), "read") or name not in GRANTED:
            raise GitHubError(422, _BEYOND)
    permissions = {"metadata": "read", **permissions} if permissions else dict(GRANTED)
    chosen = _chosen(call, app, body)
    expires_at = now() + GOOD_FOR
    text = "gh" + "s_" + secrets.token_hex(18)
    call.store.tokens[text] = Token(
        app.bot,
        permissions,
        repositories=None if chosen is None else frozenset(item.id for item in chosen),
        expires_at=expires_at,
    )
    answer: JsonObject = {
        "token": text,
        "expires_at": timestamp(expires_at),
        "permissions": permissions,
        "repository_selection": "all" if chosen is None else "selected",
    }
    if chosen is not None:
        answer["repositories"] = [repository(call.store, item) for item in chosen]
    return Answer(201, answer)


def _chosen(
    call: Call, app: App, body: models.AppInstallationsInstallationIdAccessTokensPostBody
) -> list[Repository] | None:
    """The repositories that a token is asked for; None for all."""
    names = body.repositories if isinstance(body.repositories, list) else []
    numbers = body.repository_ids if isinstance(body.repository_ids, list) else []
    if not names and not numbers:
        return None
    own = [item for item in call.store.repositories.values() if item.owner == app.owner]
    chosen = [item for item in own if item.name in names or item.id in numbers]
    known = {item.name for item in chosen} | {item.id for item in chosen}
    if not {*names, *numbers} <= known:
        raise GitHubError(422, _NO_REPOSITORY)
    return chosen


def _app(call: Call) -> App:
    if call.store.app is None:
        raise not_found()
    return call.store.app


def _check_installation(call: Call) -> None:
    if call.number("installation_id") != _app(call).config.installation_id:
        raise not_found()
