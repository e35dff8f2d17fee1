"""Comments on pull requests; to GitHub they are comments on the issue of the same number."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.model.errors import JsonObject, invalid, not_found
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.records import Comment, PullRequest
from lab.github.model.store import Repository, Store, now
from lab.github.model.views import HTML, node_id, simple_user, timestamp

LONGEST = 65536
"""Characters of a comment."""


_COMMENTS = f"{REPOSITORY}/issues/{{issue_number:int}}/comments"


@handles(
    Operation(
        "issues/list-comments",
        "GET",
        _COMMENTS,
        "issues=read; pull_requests=read",
        {200: list[models.IssueComment]},
    )
)
async def list_comments(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/issues/{issue_number}/comments, the oldest first."""
    item, pull = call.repository(), _pull(call)
    return call.page(
        list(pull.comments.values()), lambda comment: view(call.store, item, pull, comment)
    )


@handles(
    Operation(
        "issues/create-comment",
        "POST",
        _COMMENTS,
        "issues=write; pull_requests=write",
        {201: models.IssueComment},
        models.ReposOwnerRepoIssuesIssueNumberCommentsPostBody,
    )
)
async def create_comment(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/issues/{issue_number}/comments."""
    item, pull = call.repository(), _pull(call)
    text = _checked(call.read(models.ReposOwnerRepoIssuesIssueNumberCommentsPostBody).body)
    moment = now()
    made = Comment(call.store.next_id(), call.caller.account, text, moment, moment)
    pull.comments[made.id] = made
    return Answer(201, view(call.store, item, pull, made))


@handles(
    Operation(
        "issues/update-comment",
        "PATCH",
        f"{REPOSITORY}/issues/comments/{{comment_id:int}}",
        "issues=write; pull_requests=write",
        {200: models.IssueComment},
        models.ReposOwnerRepoIssuesCommentsCommentIdPatchBody,
    )
)
async def update_comment(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}."""
    item, number = call.repository(), call.number("comment_id")
    text = _checked(call.read(models.ReposOwnerRepoIssuesCommentsCommentIdPatchBody).body)
    for pull in item.pulls.values():
        if number in pull.comments:
            changed = pull.comments[number]
            changed.body, changed.updated_at = text, now()
            return Answer(200, view(call.store, item, pull, changed))
    raise not_found()


def _pull(call: Call) -> PullRequest:
    found = call.repository().pulls.get(call.number("issue_number"))
    if found is None:
        raise not_found()
    return found


def _checked(text: str) -> str:
    if not text.strip():
        raise invalid("IssueComment", "Body can't be blank", field="body")
    if len(text) > LONGEST:
        message = f"body is too long (maximum is {LONGEST} characters)"
        raise invalid("IssueComment", message, field="body")
    return text


def view(store: Store, item: Repository, pull: PullRequest, comment: Comment) -> JsonObject:
    """GitHub's `issue-comment`."""
    api = f"{store.config.api_url}/repos/{item.full_name}/issues"
    page = f"{HTML}/{item.full_name}/pull/{pull.number}#issuecomment-{comment.id}"
    return {
        "id": comment.id,
        "node_id": node_id("IssueComment", comment.id),
        "url": f"{api}/comments/{comment.id}",
        "html_url": page,
        "issue_url": f"{api}/{pull.number}",
        "body": comment.body,
        "user": simple_user(store, comment.author),
        "created_at": timestamp(comment.created_at),
        "updated_at": timestamp(comment.updated_at),
        "author_association": "NONE",
        "performed_via_github_app": None,
    }
