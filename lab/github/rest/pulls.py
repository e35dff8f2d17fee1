"""Pull requests, with the fields that comments on them need: `/repos/{owner}/{repo}/pulls`."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.model.errors import JsonObject, invalid, not_found
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.records import PullRequest
from lab.github.model.store import Repository, Store, now
from lab.github.model.views import HTML, node_id, repository, simple_user, timestamp

_PULLS = f"{REPOSITORY}/pulls"


@handles(
    Operation(
        "pulls/create",
        "POST",
        _PULLS,
        "pull_requests=write",
        {201: models.PullRequest},
        models.ReposOwnerRepoPullsPostBody,
    )
)
async def create_pull(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/pulls: of a branch of the repository itself; no forks here."""
    item, body = call.repository(), call.read(models.ReposOwnerRepoPullsPostBody)
    owner, _, head = body.head.rpartition(":")
    if owner.lower() not in ("", item.owner.login.lower()) or _sha(item, head) is None:
        raise invalid("PullRequest", None, field="head", code="invalid")
    if _sha(item, body.base) is None:
        raise invalid("PullRequest", None, field="base", code="invalid")
    if not isinstance(body.title, str) or not body.title:
        raise invalid("Issue", None, field="title", code="missing_field")
    if any((pull.head, pull.base) == (head, body.base) for pull in item.pulls.values()):
        message = f"A pull request already exists for {item.owner.login}:{head}."
        raise invalid("PullRequest", message)
    if not _commits(item, body.base, head):
        raise invalid("PullRequest", f"No commits between {body.base} and {head}")
    made = PullRequest(
        id=call.store.next_id(),
        number=max(item.pulls, default=0) + 1,
        author=call.caller.account,
        title=body.title,
        body=body.body if isinstance(body.body, str) else None,
        head=head,
        base=body.base,
        draft=body.draft is True,
        created_at=now(),
    )
    item.pulls[made.number] = made
    return Answer(201, _whole(call.store, item, made))


@handles(
    Operation(
        "pulls/list", "GET", _PULLS, "pull_requests=read", {200: list[models.PullRequestSimple]}
    )
)
async def list_pulls(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls, the newest first; `head` is `owner:branch`."""
    item, query = call.repository(), call.request.query_params
    head, base = query.get("head", "").rpartition(":")[2], query.get("base")
    found = [
        pull
        for pull in reversed(item.pulls.values())
        if (not head or pull.head == head) and (not base or pull.base == base)
    ]
    if query.get("state") == "closed":
        found = []
    return call.page(found, lambda pull: _simple(call.store, item, pull))


@handles(
    Operation(
        "pulls/get",
        "GET",
        f"{_PULLS}/{{pull_number:int}}",
        "pull_requests=read",
        {200: models.PullRequest},
    )
)
async def get_pull(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{pull_number}."""
    item = call.repository()
    found = item.pulls.get(call.number("pull_number"))
    if found is None:
        raise not_found()
    return Answer(200, _whole(call.store, item, found))


def _sha(item: Repository, branch: str) -> str | None:
    head = reading.branch_head(item.path, branch)
    return head.id.decode() if head else None


def _commits(item: Repository, base: str, head: str) -> list[str]:
    """The ids of the commits that a branch has over another."""
    before, after = (reading.branch_head(item.path, name) for name in (base, head))
    if before is None or after is None:
        return []
    known = {commit.id for commit in reading.history(item.path, before, None)}
    found = reading.history(item.path, after, None)
    return [commit.id.decode() for commit in found if commit.id not in known]


def _simple(store: Store, item: Repository, pull: PullRequest) -> JsonObject:
    """GitHub's `pull-request-simple`. A branch that is gone has no commit any more."""
    api = f"{store.config.api_url}/repos/{item.full_name}"
    page, url = f"{HTML}/{item.full_name}/pull/{pull.number}", f"{api}/pulls/{pull.number}"
    sha = _sha(item, pull.head) or reading.ZERO
    urls = {
        "comments": f"{api}/issues/{pull.number}/comments",
        "commits": f"{url}/commits",
        "issue": f"{api}/issues/{pull.number}",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "review_comments": f"{url}/comments",
        "statuses": f"{api}/statuses/{sha}",
    }
    links = {**urls, "html": page, "self": url}
    moment = timestamp(pull.created_at)
    return {
        **{f"{name}_url": value for name, value in urls.items()},
        "_links": {name: {"href": value} for name, value in links.items()},
        "url": url,
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "number": pull.number,
        "state": "open",
        "locked": False,
        "title": pull.title,
        "user": simple_user(store, pull.author),
        "body": pull.body,
        "labels": [],
        "milestone": None,
        "created_at": moment,
        "updated_at": moment,
        "closed_at": None,
        "merged_at": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _side(store, item, pull.head),
        "base": _side(store, item, pull.base),
        "author_association": "NONE",
        "auto_merge": None,
        "draft": pull.draft,
    }


def _whole(store: Store, item: Repository, pull: PullRequest) -> JsonObject:
    """GitHub's `pull-request`; whether it can be merged is not worked out."""
    numbers = _commits(item, pull.base, pull.head)
    paths: set[str] = set()
    for number in numbers:
        commit = reading.resolve(item.path, number)
        if commit is not None:
            change = reading.changes(item.path, commit)
            paths |= {*change.added, *change.removed, *change.modified}
    return _simple(store, item, pull) | {
        "merged": False,
        "mergeable": None,
        "mergeable_state": "unknown",
        "merged_by": None,
        "comments": len(pull.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(numbers),
        "additions": 0,
        "deletions": 0,
        "changed_files": len(paths),
    }


def _side(store: Store, item: Repository, branch: str) -> JsonObject:
    return {
        "label": f"{item.owner.login}:{branch}",
        "ref": branch,
        "sha": _sha(item, branch) or reading.ZERO,
        "repo": repository(store, item),
        "user": simple_user(store, item.owner),
    }
