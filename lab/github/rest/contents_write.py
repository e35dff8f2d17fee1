"""Changes of a repository's files: PUT and DELETE of `/repos/{owner}/{repo}/contents/{path}`.

Source: GitHub, "REST API endpoints for repository contents". A call conflicts unless
its `sha` is that of the file's present blob.
"""

import asyncio
import base64
import binascii
from pathlib import PurePosixPath

from dulwich.objects import Commit
from githubkit_schemas.v2026_03_10 import models
from pydantic import BaseModel

from lab.github.api.access import allows, not_accessible
from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.git.reading import Entry, Person
from lab.github.git.writing import Moved, checked_path, commit_files
from lab.github.model.errors import GitHubError, JsonObject
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.store import Repository
from lab.github.rest.commits import commit_view
from lab.github.rest.contents import entry_view
from lab.github.webhooks.announce import announce

WORKFLOWS = ".github/workflows/"


@handles(
    Operation(
        "repos/create-or-update-file-contents",
        "PUT",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=write",
        {200: models.FileCommit, 201: models.FileCommit},
        models.ReposOwnerRepoContentsPathPutBody,
    )
)
async def put_file(call: Call) -> Answer:
    """PUT: makes a file, or replaces the one whose `sha` is given."""
    item, body = call.repository(), call.read(models.ReposOwnerRepoContentsPathPutBody)
    path = _path(call)
    try:
        content = base64.b64decode("".join(body.content.split()), validate=True)
    except binascii.Error:
        raise GitHubError(422, "content is not valid Base64") from None
    async with item.commits:
        branch, there = _place(item, path, body.branch)
        if there is not None and there.type == "dir":
            raise _malformed()
        if there is not None and not isinstance(body.sha, str):
            raise GitHubError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
        if isinstance(body.sha, str) and body.sha != (there.sha if there else None):
            raise GitHubError(409, f"{path} does not match {body.sha}")
        commit = await _commit(call, item, branch, path, body, content)
    made = reading.entry(item.path, commit, path)
    if made is None:
        raise RuntimeError("the committed file is not in its commit")
    shown = entry_view(call.store, item, branch, made)
    answer: JsonObject = {"content": shown, "commit": _commit_view(call, item, commit)}
    return Answer(201 if there is None else 200, answer)


@handles(
    Operation(
        "repos/delete-file",
        "DELETE",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=write",
        {200: models.FileCommit},
        models.ReposOwnerRepoContentsPathDeleteBody,
    )
)
async def delete_file(call: Call) -> Answer:
    """DELETE: removes the file whose `sha` is given."""
    item, body = call.repository(), call.read(models.ReposOwnerRepoContentsPathDeleteBody)
    path = _path(call)
    async with item.commits:
        branch, there = _place(item, path, body.branch)
        if there is None or there.type == "dir":
            raise GitHubError(404, "Not Found")
        if body.sha != there.sha:
            raise GitHubError(409, f"{path} does not match {body.sha}")
        commit = await _commit(call, item, branch, path, body, None)
    return Answer(200, {"content": None, "commit": _commit_view(call, item, commit)})


def _path(call: Call) -> str:
    try:
        return str(checked_path(call.text("path")))
    except ValueError:
        raise _malformed() from None


def _malformed() -> GitHubError:
    return GitHubError(422, "path contains a malformed path component")


def _place(item: Repository, path: str, branch: object) -> tuple[str, Entry | None]:
    """The branch to commit to and the present entry; an empty repository takes any branch."""
    name = branch if isinstance(branch, str) and branch else item.default_branch
    head = reading.branch_head(item.path, name)
    if head is None:
        if reading.branch_head(item.path, item.default_branch) is not None:
            raise GitHubError(404, f"Branch {name} not found")
        return name, None
    for parent in PurePosixPath(path).parents:
        above = reading.entry(item.path, head, "" if parent == PurePosixPath() else str(parent))
        if above is not None and above.type != "dir":
            raise _malformed()
    return name, reading.entry(item.path, head, path)


async def _commit(
    call: Call,
    item: Repository,
    branch: str,
    path: str,
    body: models.ReposOwnerRepoContentsPathPutBody | models.ReposOwnerRepoContentsPathDeleteBody,
    content: bytes | None,
) -> Commit:
    """Commits one file and announces the push. One of a workflow takes a permission of its own."""
    if path.startswith(WORKFLOWS) and not allows(call.caller, "workflows=write"):
        raise not_accessible(call.caller)
    by = call.caller.account
    author = Person(by.login, f"{by.id}+{by.login}@users.noreply.github.com")
    author, committer = (
        _person(body.author, body.committer, author),
        _person(body.committer, body.author, author),
    )
    try:
        moved = await asyncio.to_thread(
            commit_files,
            item.path,
            branch,
            branch,
            body.message,
            {path: content},
            author,
            committer,
        )
    except Moved:
        raise GitHubError(409, f"{branch} was changed meanwhile") from None
    announce(call.store, call.courier, item, [moved], by)
    found = reading.resolve(item.path, moved.after)
    if found is None:
        raise RuntimeError("the new commit cannot be read")
    return found


def _person(first: object, second: object, default: Person) -> Person:
    """The person in a body; GitHub uses the author as committer and the other way round."""
    for given in (first, second):
        if isinstance(given, BaseModel):
            named = given.model_dump()
            return Person(named["name"], named["email"])
    return default


def _commit_view(call: Call, item: Repository, commit: Commit) -> JsonObject:
    """The `commit` of a `file-commit`: git's own part of GitHub's commit."""
    shown = commit_view(call.store, item, commit)
    inner = shown["commit"]
    if not isinstance(inner, dict):
        raise TypeError("a commit without its git part")
    return {name: shown[name] for name in ("sha", "node_id", "html_url", "parents")} | {
        name: inner[name]
        for name in ("url", "author", "committer", "message", "tree", "verification")
    }
