"""/meta, the calling user, and organisations."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.access import rate
from lab.github.api.call import Answer, Call, acting_user, handles
from lab.github.model.config import Rights
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import RATE_LIMIT, Operation
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


@handles(
    Operation(
        "users/list-emails-for-authenticated-user",
        "GET",
        "/user/emails",
        "email_addresses=read",
        {200: list[models.Email]},
    )
)
async def emails(call: Call) -> Answer:
    """GET /user/emails: the first verified address is the primary one."""
    addresses = acting_user(call).emails
    primary = next((each for each in addresses if each.verified), None)
    return call.page(
        addresses,
        lambda each: {
            "email": each.email,
            "verified": each.verified,
            "primary": each is primary,
            "visibility": "public" if each is primary else None,
        },
    )


@handles(
    Operation("rate-limit/get", "GET", RATE_LIMIT, "", {200: models.RateLimitOverview}),
)
async def rate_limit(call: Call) -> Answer:
    """GET /rate_limit, which counts against no limit."""
    core = rate(call.caller)
    return Answer(200, {"resources": {"core": core, "search": core}, "rate": core})


@handles(Operation("orgs/get", "GET", "/orgs/{org}", "", {200: models.OrganizationFull}))
async def get_organization(call: Call) -> Answer:
    """GET /orgs/{org}."""
    account = call.store.accounts.get(call.text("org").lower())
    if account is None or not account.is_organization:
        raise not_found()
    return Answer(200, organization(call.store, account))
