"""Files of a repository: `GET /repos/{owner}/{repo}/contents/{path}`."""

import base64

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.git import reading
from lab.github.git.reading import Entry
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.store import Repository, Store
from lab.github.model.views import HTML

RAW = "https://raw.githubusercontent.com"


_CONTENT = (
    list[models.ContentDirectoryItems]
    | models.ContentFile
    | models.ContentSymlink
    | models.ContentSubmodule
)


@handles(
    Operation(
        "repos/get-content",
        "GET",
        f"{REPOSITORY}/contents/{{path:path}}",
        "contents=read",
        {200: _CONTENT},
    )
)
async def get_content(call: Call) -> Answer:
    """A file or symlink as an object, a directory as a list; `ref` names the commit.

    Source: GitHub, "REST API endpoints for repository contents", Get repository content. Unlike
    GitHub, this follows no symlink, and of a submodule it knows only that a directory has it.
    """
    item, path = call.repository(), call.text("path").strip("/")
    if reading.branch_head(item.path, item.default_branch) is None:
        raise GitHubError(404, "This repository is empty.")
    ref = call.request.query_params.get("ref") or item.default_branch
    commit = reading.resolve(item.path, ref)
    if commit is None:
        raise GitHubError(404, f"No commit found for the ref {ref}")
    found = reading.entry(item.path, commit, path)
    if found is None or found.type == "submodule":
        raise not_found()
    if found.type == "dir":
        entries = reading.directory(item.path, found)
        return Answer(200, [entry_view(call.store, item, ref, entry) for entry in entries])
    view = entry_view(call.store, item, ref, found)
    if found.type == "file":
        view |= {"encoding": "base64", "content": base64.encodebytes(found.content).decode()}
    else:
        view["target"] = found.content.decode(errors="replace")
    return Answer(200, view)


def entry_view(store: Store, item: Repository, ref: str, entry: Entry) -> JsonObject:
    """The fields that GitHub has for every kind of entry."""
    api = f"{store.config.api_url}/repos/{item.full_name}"
    url = f"{api}/contents/{entry.path}?ref={ref}"
    kind = "tree" if entry.type == "dir" else "blob"
    git = None if entry.type == "submodule" else f"{api}/git/{kind}s/{entry.sha}"
    html = (
        None if entry.type == "submodule" else f"{HTML}/{item.full_name}/{kind}/{ref}/{entry.path}"
    )
    raw = f"{RAW}/{item.full_name}/{ref}/{entry.path}" if kind == "blob" and git else None
    return {
        "type": entry.type,
        "size": len(entry.content),
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": raw,
        "_links": {"self": url, "git": git, "html": html},
    }
