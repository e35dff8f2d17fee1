"""Git references: `/repos/{owner}/{repo}/git/ref` and `/git/refs`; branches alone."""

import re

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.api.operation import REPOSITORY, Operation
from lab.github.git import reading
from lab.github.git.writing import create_branch
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.store import Repository
from lab.github.model.views import node_id
from lab.github.webhooks.announce import announce

BRANCH = re.compile(r"refs/heads/([A-Za-z0-9_][A-Za-z0-9._/-]*)")


@handles(
    Operation(
        "git/get-ref",
        "GET",
        f"{REPOSITORY}/git/ref/{{ref:path}}",
        "contents=read",
        {200: models.GitRef},
    )
)
async def get_ref(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/git/ref/{ref}, such as `heads/main`."""
    item, name = call.repository(), f"refs/{call.text('ref')}"
    match = BRANCH.fullmatch(name)
    found = reading.branch_head(item.path, match[1]) if match else None
    if found is None:
        raise not_found()
    return Answer(200, _view(call, item, name, found.id.decode()))


@handles(
    Operation(
        "git/create-ref",
        "POST",
        f"{REPOSITORY}/git/refs",
        "contents=write",
        {201: models.GitRef},
        models.ReposOwnerRepoGitRefsPostBody,
    )
)
async def create_ref(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/git/refs: a branch at a commit that is there."""
    item, body = call.repository(), call.read(models.ReposOwnerRepoGitRefsPostBody)
    match = BRANCH.fullmatch(body.ref)
    if match is None or ".." in body.ref or re.search(r"(\.|/|\.lock)$", body.ref):
        raise GitHubError(422, f"{body.ref} is not a valid ref name.")
    found = reading.resolve(item.path, body.sha)
    if found is None or found.id.decode() != body.sha:
        raise GitHubError(422, "Object does not exist")
    moved = create_branch(item.path, match[1], body.sha)
    if moved is None:
        raise GitHubError(422, "Reference already exists")
    announce(call.store, call.courier, item, [moved], call.caller.account)
    return Answer(201, _view(call, item, body.ref, body.sha))


def _view(call: Call, item: Repository, ref: str, sha: str) -> JsonObject:
    """GitHub's `git-ref`."""
    api = f"{call.store.config.api_url}/repos/{item.full_name}/git"
    return {
        "ref": ref,
        "node_id": node_id("Ref", item.id),
        "url": f"{api}/{ref}",
        "object": {"type": "commit", "sha": sha, "url": f"{api}/commits/{sha}"},
    }
