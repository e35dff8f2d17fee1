"""The operations on what a repository holds: commits, their statuses, branches and files."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.operation import REPOSITORY, Operation

_CONTENT = (
    list[models.ContentDirectoryItems]
    | models.ContentFile
    | models.ContentSymlink
    | models.ContentSubmodule
)

CODE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "repos/list-commits",
        "GET",
        f"{REPOSITORY}/commits",
        "contents=read",
        {200: list[models.Commit]},
    ),
    Operation(
        "git/get-ref",
        "GET",
        f"{REPOSITORY}/git/ref/{{ref:path}}",
        "contents=read",
        {200: models.GitRef},
    ),
    Operation(
        "git/create-ref",
        "POST",
        f"{REPOSITORY}/git/refs",
        "contents=write",
        {201: models.GitRef},
        models.ReposOwnerRepoGitRefsPostBody,
    ),
    Operation(
        "repos/create-or-update-file-contents",
        "PUT",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=write",
        {200: models.FileCommit, 201: models.FileCommit},
        models.ReposOwnerRepoContentsPathPutBody,
    ),
    Operation(
        "repos/delete-file",
        "DELETE",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=write",
        {200: models.FileCommit},
        models.ReposOwnerRepoContentsPathDeleteBody,
    ),
    Operation(
        "repos/get-commit",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}",
        "contents=read",
        {200: models.Commit},
    ),
    Operation(
        "repos/get-branch",
        "GET",
        f"{REPOSITORY}/branches/{{branch:path}}",
        "contents=read",
        {200: models.BranchWithProtection},
    ),
    Operation(
        "repos/get-content",
        "GET",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=read",
        {200: _CONTENT},
    ),
    Operation(
        "repos/create-commit-status",
        "POST",
        f"{REPOSITORY}/statuses/{{sha}}",
        "statuses=write",
        {201: models.Status},
        models.ReposOwnerRepoStatusesShaPostBody,
    ),
    Operation(
        "repos/list-commit-statuses-for-ref",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}/statuses",
        "statuses=read",
        {200: list[models.Status]},
    ),
    Operation(
        "repos/get-combined-status-for-ref",
        "GET",
        f"{REPOSITORY}/commits/{{ref:path}}/status",
        "statuses=read",
        {200: models.CombinedCommitStatus},
    ),
)
