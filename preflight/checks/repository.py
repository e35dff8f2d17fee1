"""One repository on GitHub: whether it is there, and whether the token may do there what an `up` does."""

import re
from collections.abc import Iterator
from typing import Any

from components.rules.choices import GitCredentials
from preflight.checks.github import Limit, scopes_of
from preflight.findings import Finding, Level
from preflight.github_api import REFUSED, GitHub
from settings.models.application import Application

MOST_HOOKS = 20
"""Webhooks that a repository may have for one event. Source: GitHub, "About webhooks"."""
KEYS_RIGHT = "Administration: write (classic: repo)"
HOOKS_RIGHT = "Webhooks: write (classic: admin:repo_hook)"
_RECEIVER_URL = re.compile(r"https?://(?P<host>[^/:]+)(:\d+)?/hook/[0-9a-f]{64}")
HOOK_SCOPES = {"repo", "admin:repo_hook", "write:repo_hook"}


def repository(
    github: GitHub, app: Application, host: str | None, limit: Limit
) -> Iterator[Finding]:
    """Look for the repository, the rights on it, and room for a webhook.

    Args:
        github: GitHub with the token of the owner.
        app: The application.
        host: The public host of the receiver URL; None if it is not known yet.
        limit: Gets the application if it is new.
    """
    subject, path = f"repository {app.repository}", f"/repos/{app.repository}"
    answer = github.get(path)
    if answer.status_code in REFUSED:
        problem = f"GitHub shows none of this name to the token in ${github.variable}"
        fix = "correct `repository`, create it, or give the token access to it (Metadata: read; classic: repo)"
        yield Finding(subject, problem, fix)
        return
    found = answer.json()
    if found["full_name"].lower() != app.repository.lower():
        fix = f"write `repository: {found['full_name']}` and `formerly: {app.repository}`"
        yield Finding(subject, f"is called {found['full_name']} now", fix, Level.WARNING)
    if found.get("archived"):
        fix = "unarchive it, or remove the entry"
        yield Finding(subject, "is archived, so GitHub takes neither key nor webhook", fix)
        return
    scopes = scopes_of(answer.headers.get("x-oauth-scopes"))
    hooks = github.get(f"{path}/hooks", per_page=100)
    if hooks.status_code in REFUSED or (scopes is not None and not scopes & HOOK_SCOPES):
        yield _no_right(github, subject, "webhooks", HOOKS_RIGHT)
        return
    ours = any(_is_ours(each["config"].get("url", ""), host) for each in hooks.json())
    if not ours:
        limit.new.append(app)
        yield from _room(subject, app, hooks.json())
    if app.credentials is not GitCredentials.DEPLOY_KEY:
        return
    needed = {"repo"} if found["private"] else {"repo", "public_repo"}
    keys = github.get(f"{path}/keys", per_page=1)
    if keys.status_code in REFUSED or (scopes is not None and not scopes & needed):
        yield _no_right(github, subject, "deploy keys", KEYS_RIGHT)


def writing(github: GitHub, limit: Limit, owner: str) -> Iterator[Finding]:
    """Look whether the token may write: reading is not enough for an update, though it is for a preview.

    GitHub looks at the right before the content, so it answers an incomplete request with 422 to who may write. One new
    repository stands for all of its owner, since a token has the same permissions on each.
    """
    app = next((each for each in limit.new if each.owner == owner), None)
    if app is None:
        return
    subject, path = f"repository {app.repository}", f"/repos/{app.repository}"
    if github.try_post(f"{path}/hooks", {"config": {}}).status_code in REFUSED:
        yield _no_right(github, subject, "webhooks", HOOKS_RIGHT, Level.UPDATE)
    if app.credentials is GitCredentials.DEPLOY_KEY and (
        github.try_post(f"{path}/keys", {}).status_code in REFUSED
    ):
        yield _no_right(github, subject, "deploy keys", KEYS_RIGHT, Level.UPDATE)


def _room(subject: str, app: Application, hooks: list[Any]) -> Iterator[Finding]:
    for event in app.webhook.events:
        number = sum(bool({event, "*"} & set(each["events"])) for each in hooks)
        if number >= MOST_HOOKS:
            problem = f"has {number} webhooks for the event {event}, and GitHub takes {MOST_HOOKS}"
            yield Finding(subject, problem, "delete one (Settings > Webhooks)")


def _is_ours(url: str, host: str | None) -> bool:
    """Whether a webhook calls a Receiver on this host."""
    match = _RECEIVER_URL.fullmatch(url)
    return match is not None and host in (None, match["host"])


def _no_right(
    github: GitHub, subject: str, what: str, right: str, level: Level = Level.FAULT
) -> Finding:
    verb = "write" if level is Level.UPDATE else "read"
    problem = f"the token in ${github.variable} may not {verb} its {what}"
    return Finding(subject, problem, f"give it {right} on this repository", level)
