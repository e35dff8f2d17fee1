"""Repositories, commits and branches; and the push of the lab's own command."""

import asyncio
import re
import shutil

from githubkit_schemas.v2026_03_10 import models

from lab.github import git_data
from lab.github.call import Answer, Call, handles
from lab.github.deliveries import Courier
from lab.github.errors import invalid, not_found
from lab.github.events import push
from lab.github.git_data import Person, Push
from lab.github.git_write import commit_files
from lab.github.records import Account
from lab.github.store import Repository, Store, now
from lab.github.views import repository

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
        commit_files(made.path, branch, branch, "Initial commit", files, author)
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
