"""/meta, the calling user, and organisations."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.model.config import Rights
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import Operation
from lab.github.model.views import organization, user

HOOK_SOURCES = ["127.0.0.1/32"]
"""Where deliveries come from; GitHub lists its own CIDRs here."""


_PRIVATE_OR_PUBLIC_USER = models.PrivateUser | models.PublicUser


@handles(Operation("meta/get", "GET", "/meta", "", {200: models.ApiOverview}, anonymous=True))
async def meta(call: Call) -> Answer:
    """GET /meta: the SSH host keys for known_hosts, and the addresses that deliveries come from."""
    document: JsonObject = {
        "verifiable_password_authentication": False,
        "ssh_keys": list(call.store.ssh_host_keys),
        "hooks": HOOK_SOURCES,
        "git": ["127.0.0.1/32"],
        "api": ["127.0.0.1/32"],
    }
    return Answer(200, document)


@handles(Operation("users/get-authenticated", "GET", "/user", "", {200: _PRIVATE_OR_PUBLIC_USER}))
async def authenticated(call: Call) -> Answer:
    """GET /user; an organisation's own token acts as an app and is no user."""
    account = call.caller.account
    if not account.is_user:
        raise GitHubError(403, "Resource not accessible by integration")
    return Answer(200, user(call.store, account, private=call.caller.rights is Rights.BOT))


@handles(Operation("orgs/get", "GET", "/orgs/{org}", "", {200: models.OrganizationFull}))
async def get_organization(call: Call) -> Answer:
    """GET /orgs/{org}."""
    account = call.store.accounts.get(call.text("org").lower())
    if account is None or not account.is_organization:
        raise not_found()
    return Answer(200, organization(call.store, account))
