"""GitHub's JSON for accounts and repositories."""

import base64
from datetime import datetime

from lab.github.model.config import Rights
from lab.github.model.errors import JsonObject
from lab.github.model.records import Account
from lab.github.model.store import Repository, Store, Token

HTML = "https://github.com"
"""Where GitHub's pages and clone URLs point: Flux objects keep the real addresses."""

_REPOSITORY_URLS = {
    "assignees": "{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "{/branch}",
    "collaborators": "{/collaborator}",
    "comments": "{/number}",
    "commits": "{/sha}",
    "compare": "/{base}...{head}",
    "contents": "/{+path}",
    "contributors": "",
    "deployments": "",
    "downloads": "",
    "events": "",
    "forks": "",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "{/number}",
    "keys": "{/key_id}",
    "labels": "{/name}",
    "languages": "",
    "merges": "",
    "milestones": "{/number}",
    "notifications": "{?since,all,participating}",
    "pulls": "{/number}",
    "releases": "{/id}",
    "stargazers": "",
    "statuses": "/{sha}",
    "subscribers": "",
    "subscription": "",
    "tags": "",
    "teams": "",
    "trees": "git/trees{/sha}",
}


def timestamp(moment: datetime) -> str:
    """A time as GitHub's API writes it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int) -> str:
    """A GraphQL node id: opaque to clients."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def simple_user(store: Store, account: Account) -> JsonObject:
    """GitHub's `simple-user`, used for organisations too."""
    url = f"{store.config.api_url}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(account.type, account.id),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{HTML}/{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def user(store: Store, account: Account, *, private: bool) -> JsonObject:
    """GitHub's `public-user`, or `private-user` for the user itself."""
    verified = next((item.email for item in account.emails if item.verified), None)
    shown = simple_user(store, account) | {
        "name": account.login,
        "company": None,
        "blog": "",
        "location": None,
        "email": verified,
        "hireable": None,
        "bio": None,
        "public_repos": _owned(store, account),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": timestamp(account.created_at),
        "updated_at": timestamp(account.created_at),
    }
    if not private:
        return shown
    return shown | {
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
    }


def organization_simple(store: Store, account: Account) -> JsonObject:
    """GitHub's `organization-simple`, as webhook payloads carry it."""
    url = f"{store.config.api_url}/orgs/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(account.type, account.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "description": "",
    }


def organization(store: Store, account: Account) -> JsonObject:
    """GitHub's `organization-full`."""
    return organization_simple(store, account) | {
        "name": account.login,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": _owned(store, account),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{HTML}/{account.login}",
        "type": account.type,
        "created_at": timestamp(account.created_at),
        "updated_at": timestamp(account.created_at),
        "archived_at": None,
        "deploy_keys_enabled_for_repositories": True,
    }


def repository(store: Store, item: Repository, caller: Token | None = None) -> JsonObject:
    """GitHub's `full-repository`; with `permissions` as the caller has them."""
    url = f"{store.config.api_url}/repos/{item.full_name}"
    html = f"{HTML}/{item.full_name}"
    urls = {
        f"{name}_url": f"{url}/{tail}"
        if tail.startswith(("git/", "issues/"))
        else f"{url}/{name}{tail}"
        for name, tail in _REPOSITORY_URLS.items()
    }
    owner = simple_user(store, item.owner)
    shown: JsonObject = {
        "id": item.id,
        "node_id": node_id("Repository", item.id),
        "name": item.name,
        "full_name": item.full_name,
        "owner": owner,
        "private": item.private,
        "visibility": "private" if item.private else "public",
        "html_url": html,
        "description": item.description,
        "fork": False,
        "url": url,
        **urls,
        "archive_url": f"{url}/{{archive_format}}{{/ref}}",
        "git_url": f"git://github.com/{item.full_name}.git",
        "ssh_url": f"git@github.com:{item.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "size": 0,
        "default_branch": item.default_branch,
        "is_template": False,
        "archived": False,
        "disabled": False,
        "created_at": timestamp(item.created_at),
        "updated_at": timestamp(item.updated_at),
        "pushed_at": timestamp(item.pushed_at),
        "web_commit_signoff_required": False,
        "allow_forking": True,
    }
    shown |= dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_downloads"), True)
    shown |= dict.fromkeys(("has_pages", "has_discussions"), False)
    counts = ("forks", "open_issues", "watchers", "forks_count", "stargazers_count")
    shown |= dict.fromkeys((*counts, "watchers_count", "open_issues_count"), 0)
    if item.owner.is_organization:
        shown["organization"] = owner
    if caller is not None:
        admin = caller.rights is Rights.ORGANISATION
        shown |= {"subscribers_count": 0, "network_count": 0}
        levels = ("admin", "maintain", "push", "triage")
        shown["permissions"] = dict.fromkeys(levels, admin) | {"pull": True}
    return shown


def _owned(store: Store, account: Account) -> int:
    return sum(item.owner is account for item in store.repositories.values())
