"""Commit statuses: the state that a check or a deployment reports for a commit."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from dulwich.objects import Commit
from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.model.errors import GitHubError, JsonObject, invalid
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.records import CommitStatus
from lab.github.model.store import Repository, Store, now
from lab.github.model.views import node_id, repository, simple_user, timestamp

MOST = 1000
"""Statuses of one context of one commit."""

LONGEST = 140
"""Characters of a description."""


@handles(
    Operation(
        "repos/create-commit-status",
        "POST",
        f"{REPOSITORY}/statuses/{{sha}}",
        "statuses=write",
        {201: models.Status},
        models.ReposOwnerRepoStatusesShaPostBody,
    )
)
async def create_status(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/statuses/{sha}."""
    item, body = call.repository(), call.read(models.ReposOwnerRepoStatusesShaPostBody)
    sha = call.text("sha")
    found = reading.resolve(item.path, sha)
    if found is None or found.id.decode() != sha:
        raise GitHubError(422, f"No commit found for SHA: {sha}")
    context = body.context if isinstance(body.context, str) else "default"
    description = body.description if isinstance(body.description, str) else None
    url = body.target_url if isinstance(body.target_url, str) and body.target_url else None
    if description is not None and len(description) > LONGEST:
        raise invalid(
            "Status", f"description is too long (maximum is {LONGEST} characters)",
            field="description",
        )  # fmt: skip
    if url is not None and urlsplit(url).scheme not in ("http", "https"):
        raise invalid("Status", "target_url must use http(s) scheme", field="target_url")
    known = item.statuses.setdefault(sha, [])
    if sum(status.context == context for status in known) >= MOST:
        raise invalid("Status", "This SHA and context has reached the maximum number of statuses.")
    made = CommitStatus(
        id=call.store.next_id(),
        state=body.state,
        context=context,
        description=description,
        target_url=url,
        creator=call.caller.account,
        created_at=now(),
    )
    known.append(made)
    return Answer(201, _view(call.store, item, sha, made) | _creator(call.store, made))


@handles(
    Operation(
        "repos/list-commit-statuses-for-ref",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}/statuses",
        "statuses=read",
        {200: list[models.Status]},
    )
)
async def list_statuses(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits/{ref}/statuses, the newest first."""
    item = call.repository()
    sha = _commit(call, item).id.decode()
    return call.page(
        item.statuses.get(sha, [])[::-1],
        lambda status: _view(call.store, item, sha, status) | _creator(call.store, status),
    )


@handles(
    Operation(
        "repos/get-combined-status-for-ref",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}/status",
        "statuses=read",
        {200: models.CombinedCommitStatus},
    )
)
async def combined_status(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits/{ref}/status: of each context the newest."""
    item = call.repository()
    sha = _commit(call, item).id.decode()
    newest = newest_by_context(item, sha)
    url = f"{call.store.config.api_url}/repos/{item.full_name}/commits/{sha}"
    shown = call.page(newest, lambda status: _view(call.store, item, sha, status))
    return Answer(
        200,
        {
            "state": combined(newest),
            "statuses": shown.document,
            "sha": sha,
            "total_count": len(newest),
            "repository": repository(call.store, item),
            "commit_url": url,
            "url": f"{url}/status",
        },
        shown.headers,
    )


def newest_by_context(item: Repository, sha: str) -> list[CommitStatus]:
    """A commit's newest status of each context."""
    return list({status.context: status for status in item.statuses.get(sha, [])}.values())


def combined(newest: Sequence[CommitStatus]) -> str:
    """One state for all: GitHub, "Get the combined status for a specific reference"."""
    states = {status.state for status in newest}
    if states & {"error", "failure"}:
        return "failure"
    return "pending" if not states or "pending" in states else "success"


def _commit(call: Call, item: Repository) -> Commit:
    found = reading.resolve(item.path, call.text("ref"))
    if found is None:
        raise GitHubError(422, f"No commit found for SHA: {call.text('ref')}")
    return found


def _view(store: Store, item: Repository, sha: str, status: CommitStatus) -> JsonObject:
    """GitHub's `simple-commit-status`."""
    return {
        "url": f"{store.config.api_url}/repos/{item.full_name}/statuses/{sha}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{status.creator.id}?v=4",
        "id": status.id,
        "node_id": node_id("StatusContext", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": timestamp(status.created_at),
        "updated_at": timestamp(status.created_at),
    }


def _creator(store: Store, status: CommitStatus) -> JsonObject:
    """The field that a `status` has and a `simple-commit-status` has not."""
    return {"creator": simple_user(store, status.creator)}
