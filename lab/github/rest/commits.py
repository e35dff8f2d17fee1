"""Commits and branches as GitHub shows them."""

import difflib

from dulwich.objects import Commit
from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.git.verification import verification
from lab.github.model.errors import GitHubError, JsonObject
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.store import Repository, Store
from lab.github.model.views import HTML, node_id, simple_user, timestamp

NOTHING_YET = "Git Repository is empty."


@handles(
    Operation(
        "repos/get-commit",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}",
        "contents=read",
        {200: models.Commit},
    )
)
async def get_commit(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits/{ref}: a branch, a tag or a commit id."""
    item, ref = call.repository(), call.text("ref")
    if reading.branch_head(item.path, item.default_branch) is None:
        raise GitHubError(409, NOTHING_YET)
    found = reading.resolve(item.path, ref)
    if found is None:
        raise GitHubError(422, f"No commit found for SHA: {ref}")
    return Answer(200, commit_view(call.store, item, found) | {"files": _files(call, item, found)})


@handles(
    Operation(
        "repos/list-commits",
        "GET",
        f"{REPOSITORY}/commits",
        "contents=read",
        {200: list[models.Commit]},
    )
)
async def list_commits(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits: from `sha` back, of `path` alone where it is given."""
    item, query = call.repository(), call.request.query_params
    if reading.branch_head(item.path, item.default_branch) is None:
        raise GitHubError(409, NOTHING_YET)
    start = reading.resolve(item.path, query.get("sha") or item.default_branch)
    if start is None:
        raise GitHubError(404, "Not Found")
    found = reading.history(item.path, start, query.get("path"))
    return call.page(found, lambda commit: commit_view(call.store, item, commit))


@handles(
    Operation(
        "repos/list-branches",
        "GET",
        f"{REPOSITORY}/branches",
        "contents=read",
        {200: list[models.ShortBranch]},
    )
)
async def list_branches(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/branches; none of an empty repository."""
    item = call.repository()
    api = f"{call.store.config.api_url}/repos/{item.full_name}"
    return call.page(
        reading.branches(item.path),
        lambda branch: {
            "name": branch[0],
            "commit": {"sha": branch[1], "url": f"{api}/commits/{branch[1]}"},
            "protected": False,
        },
    )


@handles(
    Operation(
        "repos/get-branch",
        "GET",
        f"{REPOSITORY}/branches/{{branch:path}}",
        "contents=read",
        {200: models.BranchWithProtection},
    )
)
async def get_branch(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/branches/{branch}."""
    item, name = call.repository(), call.text("branch")
    head = reading.branch_head(item.path, name)
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
            "verification": verification(store, item, commit),
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
    who = reading.person(line)
    return {
        "name": who.name,
        "email": who.email,
        "date": timestamp(reading.moment(seconds, 0)),
    }


def _account(store: Store, line: bytes) -> JsonObject | None:
    """The account whose verified address a commit carries."""
    email = reading.person(line).email.lower()
    for account in store.accounts.values():
        if any(item.verified and item.email.lower() == email for item in account.emails):
            return simple_user(store, account)
    return None


def _files(call: Call, item: Repository, commit: Commit) -> list[JsonObject]:
    """GitHub's `diff-entry` of every path that a commit changed."""
    change, number = reading.changes(item.path, commit), commit.id.decode()
    parent = reading.resolve(item.path, commit.parents[0].decode()) if commit.parents else None
    shown: list[JsonObject] = []
    for status, paths in (
        ("added", change.added),
        ("removed", change.removed),
        ("modified", change.modified),
    ):
        for path in paths:
            old = reading.entry(item.path, parent, path) if parent else None
            new = reading.entry(item.path, commit, path)
            added, removed = _lines(old.content if old else b"", new.content if new else b"")
            place = f"{item.full_name}/{{}}/{number}/{path}"
            api = f"{call.store.config.api_url}/repos/{item.full_name}"
            there = new or old
            shown.append(
                {
                    "sha": there.sha if there else None,
                    "filename": path,
                    "status": status,
                    "additions": added,
                    "deletions": removed,
                    "changes": added + removed,
                    "blob_url": f"{HTML}/{place.format('blob')}",
                    "raw_url": f"{HTML}/{place.format('raw')}",
                    "contents_url": f"{api}/contents/{path}?ref={number}",
                }
            )
    return shown


def _lines(old: bytes, new: bytes) -> tuple[int, int]:
    """How many lines came and went."""
    steps = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines()).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return sum(s[4] - s[3] for s in changed), sum(s[2] - s[1] for s in changed)
