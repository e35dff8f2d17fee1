"""Repositories, commits and branches; and the push of the lab's own command."""

import asyncio
import re
import shutil

from dulwich.objects import Commit
from githubkit_schemas.v2026_03_10 import models

from lab.github import git_data
from lab.github.call import Answer, Call, handles
from lab.github.deliveries import Courier
from lab.github.errors import GitHubError, JsonObject, invalid, not_found
from lab.github.events import push
from lab.github.git_data import Person, Push
from lab.github.store import Account, Repository, Store, now
from lab.github.verification import verification
from lab.github.views import HTML, node_id, repository, simple_user, timestamp

NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")

MOST_TAGS = 3
"""More tags in one push make no push event (GitHub, "Webhook events and payloads", push)."""


def add_repository(
    store: Store,
    owner: Account,
    name: str,
    description: str | None = None,
    *,
    private: bool = False,
) -> Repository:
    """Makes a repository and its bare git repository on disk."""
    moment = now()
    made = Repository(
        id=store.next_id(),
        owner=owner,
        name=name,
        path=store.config.directory / owner.login / f"{name}.git",
        description=description,
        created_at=moment,
        updated_at=moment,
        pushed_at=moment,
        private=private,
    )
    git_data.initialise(made.path, made.default_branch)
    store.repositories[made.full_name.lower()] = made
    return made


def announce(
    store: Store, courier: Courier, item: Repository, moved: list[Push], by: Account
) -> None:
    """Fires one push event for each ref a push moved."""
    item.pushed_at = item.updated_at = now()
    tags = [ref for ref in moved if ref.ref.startswith("refs/tags/")]
    for ref in moved:
        if ref not in tags or len(tags) <= MOST_TAGS:
            courier.publish(item, "push", push(store, item, ref, by))


@handles("repos/create-in-org")
async def create(call: Call) -> Answer:
    """POST /orgs/{org}/repos."""
    owner = call.store.accounts.get(call.text("org").lower())
    if owner is None or not owner.is_organization:
        raise not_found()
    body = call.read(models.OrgsOrgReposPostBody)
    if not NAME.fullmatch(body.name) or body.name in (".", "..") or body.name.endswith(".git"):
        raise invalid("Repository", "name is invalid", field="name")
    if call.store.repository(owner.login, body.name) is not None:
        raise invalid("Repository", "name already exists on this account", field="name")
    description = body.description if isinstance(body.description, str) else None
    private = body.private is True or body.visibility == "private"
    made = add_repository(call.store, owner, body.name, description, private=private)
    if body.auto_init is True:
        author = Person(owner.login, f"{owner.login}@users.noreply.github.com")
        files: dict[str, str | None] = {"README.md": f"# {made.name}\n"}
        branch = made.default_branch
        git_data.commit_files(made.path, branch, branch, "Initial commit", files, author)
    return Answer(201, repository(call.store, made, call.caller))


@handles("repos/get")
async def get(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}."""
    return Answer(200, repository(call.store, call.repository(), call.caller))


@handles("repos/delete")
async def delete(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}, with its keys, hooks and git data."""
    item = call.repository()
    del call.store.repositories[item.full_name.lower()]
    await asyncio.to_thread(shutil.rmtree, item.path)
    return Answer(204)


@handles("repos/get-commit")
async def get_commit(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits/{ref}: a branch, a tag or a commit id."""
    item, ref = call.repository(), call.text("ref")
    if git_data.branch_head(item.path, item.default_branch) is None:
        raise GitHubError(409, "Git Repository is empty.")
    found = git_data.resolve(item.path, ref)
    if found is None:
        raise GitHubError(422, f"No commit found for SHA: {ref}")
    return Answer(200, commit_view(call.store, item, found))


@handles("repos/get-branch")
async def get_branch(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/branches/{branch}."""
    item, name = call.repository(), call.text("branch")
    head = git_data.branch_head(item.path, name)
    if head is None:
        raise GitHubError(404, "Branch not found")
    url = f"{call.store.config.api_url}/repos/{item.full_name}/branches/{name}"
    unprotected: JsonObject = {"enabled": False}
    return Answer(
        200,
        {
            "name": name,
            "commit": commit_view(call.store, item, head),
            "_links": {"self": url, "html": f"{HTML}/{item.full_name}/tree/{name}"},
            "protected": False,
            "protection": unprotected,
            "protection_url": f"{url}/protection",
        },
    )


def commit_view(store: Store, item: Repository, commit: Commit) -> JsonObject:
    """GitHub's `commit`."""
    number, tree = commit.id.decode(), commit.tree.decode()
    api = f"{store.config.api_url}/repos/{item.full_name}"
    html = f"{HTML}/{item.full_name}/commit"
    return {
        "url": f"{api}/commits/{number}",
        "sha": number,
        "node_id": node_id("Commit", item.id),
        "html_url": f"{html}/{number}",
        "comments_url": f"{api}/commits/{number}/comments",
        "commit": {
            "url": f"{api}/git/commits/{number}",
            "author": _person(commit.author, commit.author_time),
            "committer": _person(commit.committer, commit.commit_time),
            "message": commit.message.decode(errors="replace"),
            "comment_count": 0,
            "tree": {"sha": tree, "url": f"{api}/git/trees/{tree}"},
            "verification": verification(store, commit),
        },
        "author": _account(store, commit.author),
        "committer": _account(store, commit.committer),
        "parents": [
            {
                "sha": parent.decode(),
                "url": f"{api}/commits/{parent.decode()}",
                "html_url": f"{html}/{parent.decode()}",
            }
            for parent in commit.parents
        ],
    }


def _person(line: bytes, seconds: float) -> JsonObject:
    who = git_data.person(line)
    return {
        "name": who.name,
        "email": who.email,
        "date": timestamp(git_data.moment(seconds, 0)),
    }


def _account(store: Store, line: bytes) -> JsonObject | None:
    """The account whose verified address a commit carries."""
    email = git_data.person(line).email.lower()
    for account in store.accounts.values():
        if any(item.verified and item.email.lower() == email for item in account.emails):
            return simple_user(store, account)
    return None
