"""Repositories: created, read and deleted."""

import asyncio
import re
import shutil

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.git.reading import Person
from lab.github.git.writing import commit_files
from lab.github.model.errors import invalid, not_found
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.records import Account
from lab.github.model.store import Repository, Store, now
from lab.github.model.views import repository

NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def add_repository(
    store: Store,
    owner: Account,
    name: str,
    description: str | None = None,
    *,
    private: bool = False,
) -> Repository:
    """Creates a repository and its bare git repository on disk."""
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
    reading.initialise(made.path, made.default_branch)
    store.repositories[made.full_name.lower()] = made
    return made


@handles(
    Operation(
        "repos/create-in-org",
        "POST",
        "/orgs/{org}/repos",
        "administration=write",
        {201: models.FullRepository},
        models.OrgsOrgReposPostBody,
    )
)
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


@handles(Operation("repos/get", "GET", REPOSITORY, "metadata=read", {200: models.FullRepository}))
async def get(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}."""
    return Answer(200, repository(call.store, call.repository(), call.caller))


@handles(Operation("repos/delete", "DELETE", REPOSITORY, "administration=write", {204: None}))
async def delete(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}, with its keys, hooks and git data."""
    item = call.repository()
    del call.store.repositories[item.full_name.lower()]
    await asyncio.to_thread(shutil.rmtree, item.path)
    return Answer(204)
