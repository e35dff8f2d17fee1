"""The operations on pull requests and their comments."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.operation import REPOSITORY, Operation

_PULLS = f"{REPOSITORY}/pulls"
_COMMENTS = f"{REPOSITORY}/issues/{{issue_number:int}}/comments"

PULL_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "pulls/create",
        "POST",
        _PULLS,
        "pull_requests=write",
        {201: models.PullRequest},
        models.ReposOwnerRepoPullsPostBody,
    ),
    Operation(
        "pulls/list", "GET", _PULLS, "pull_requests=read", {200: list[models.PullRequestSimple]}
    ),
    Operation(
        "pulls/get",
        "GET",
        f"{_PULLS}/{{pull_number:int}}",
        "pull_requests=read",
        {200: models.PullRequest},
    ),
    Operation(
        "issues/list-comments",
        "GET",
        _COMMENTS,
        "issues=read; pull_requests=read",
        {200: list[models.IssueComment]},
    ),
    Operation(
        "issues/create-comment",
        "POST",
        _COMMENTS,
        "issues=write; pull_requests=write",
        {201: models.IssueComment},
        models.ReposOwnerRepoIssuesIssueNumberCommentsPostBody,
    ),
    Operation(
        "issues/update-comment",
        "PATCH",
        f"{REPOSITORY}/issues/comments/{{comment_id:int}}",
        "issues=write; pull_requests=write",
        {200: models.IssueComment},
        models.ReposOwnerRepoIssuesCommentsCommentIdPatchBody,
    ),
)
