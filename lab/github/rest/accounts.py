"""The root, /meta, /rate_limit, users and organisations."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.access import rate
from lab.github.api.call import Answer, Call, handles
from lab.github.api.operation import Operation
from lab.github.model.config import Rights
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.views import organization, user

HOOK_SOURCES = ["127.0.0.1/32"]
"""Where deliveries come from; GitHub lists its own CIDRs here."""


_PRIVATE_OR_PUBLIC_USER = models.PrivateUser | models.PublicUser


@handles(Operation("meta/root", "GET", "/", "", {200: models.Root}, anonymous=True))
async def root(call: Call) -> Answer:
    """GET /: where things are."""
    api = call.store.config.api_url
    paths = {
        "current_user": "/user",
        "current_user_authorizations_html": "/settings/connections/applications{/client_id}",
        "authorizations": "/authorizations",
        "code_search": "/search/code?q={query}{&page,per_page,sort,order}",
        "commit_search": "/search/commits?q={query}{&page,per_page,sort,order}",
        "emails": "/user/emails",
        "emojis": "/emojis",
        "events": "/events",
        "feeds": "/feeds",
        "followers": "/user/followers",
        "following": "/user/following{/target}",
        "gists": "/gists{/gist_id}",
        "hub": "/hub",
        "issue_search": "/search/issues?q={query}{&page,per_page,sort,order}",
        "issues": "/issues",
        "keys": "/user/keys",
        "label_search": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
        "notifications": "/notifications",
        "organization": "/orgs/{org}",
        "organization_repositories": "/orgs/{org}/repos{?type,page,per_page,sort}",
        "organization_teams": "/orgs/{org}/teams",
        "public_gists": "/gists/public",
        "rate_limit": "/rate_limit",
        "repository": "/repos/{owner}/{repo}",
        "repository_search": "/search/repositories?q={query}{&page,per_page,sort,order}",
        "starred": "/user/starred{/owner}{/repo}",
        "starred_gists": "/gists/starred",
        "topic_search": "/search/topics?q={query}{&page,per_page}",
        "user": "/users/{user}",
        "user_organizations": "/user/orgs",
        "current_user_repositories": "/user/repos{?type,page,per_page,sort}",
        "user_repositories": "/users/{user}/repos{?type,page,per_page,sort}",
        "user_search": "/search/users?q={query}{&page,per_page,sort,order}",
    }
    return Answer(200, {f"{name}_url": api + path for name, path in paths.items()})


@handles(Operation("meta/get", "GET", "/meta", "", {200: models.ApiOverview}, anonymous=True))
async def meta(call: Call) -> Answer:
    """GET /meta: the SSH host keys that known_hosts is made of, and where hooks come from."""
    document: JsonObject = {
        "verifiable_password_authentication": False,
        "ssh_keys": list(call.store.ssh_host_keys),
        "hooks": HOOK_SOURCES,
        "git": ["127.0.0.1/32"],
        "api": ["127.0.0.1/32"],
    }
    return Answer(200, document)


@handles(
    Operation(
        "rate-limit/get", "GET", "/rate_limit", "", {200: models.RateLimitOverview}, anonymous=True
    )
)
async def rate_limit(call: Call) -> Answer:
    """GET /rate_limit; does not count itself."""
    return Answer(200, {"resources": {"core": rate(call.token), "search": rate(None)}})


@handles(Operation("users/get-authenticated", "GET", "/user", "", {200: _PRIVATE_OR_PUBLIC_USER}))
async def authenticated(call: Call) -> Answer:
    """GET /user; an organisation's own token acts as an app and is no user."""
    account = call.caller.account
    if not account.is_user:
        raise GitHubError(403, "Resource not accessible by integration")
    return Answer(200, user(call.store, account, private=call.caller.rights is Rights.BOT))


@handles(
    Operation(
        "users/get-by-username", "GET", "/users/{username}", "", {200: _PRIVATE_OR_PUBLIC_USER}
    )
)
async def by_username(call: Call) -> Answer:
    """GET /users/{username}; finds organisations too, as GitHub does."""
    account = call.store.accounts.get(call.text("username").lower())
    if account is None:
        raise not_found()
    return Answer(200, user(call.store, account, private=False))


@handles(Operation("orgs/get", "GET", "/orgs/{org}", "", {200: models.OrganizationFull}))
async def get_organization(call: Call) -> Answer:
    """GET /orgs/{org}."""
    account = call.store.accounts.get(call.text("org").lower())
    if account is None or not account.is_organization:
        raise not_found()
    return Answer(200, organization(call.store, account))
