"""The payloads of ping and push, as GitHub's webhook description has them."""

import itertools
from datetime import datetime

from dulwich.objects import Commit

from lab.github.git import reading
from lab.github.git.reading import ZERO, Push
from lab.github.model.errors import JsonObject
from lab.github.model.records import Account
from lab.github.model.store import Hook, HookConfig, Repository, Store, Token
from lab.github.model.views import HTML, organization_simple, repository, simple_user, timestamp
from lab.github.webhooks.rules import MASK

_ZEN = itertools.cycle(["Design for failure.", "Keep it logically awesome.", "Speak like a human."])


def config_view(config: HookConfig) -> JsonObject:
    """GitHub's `webhook-config`, with stars in place of the secret."""
    shown: JsonObject = {
        "content_type": config.content_type,
        "insecure_ssl": config.insecure_ssl,
        "url": config.url,
    }
    return shown | ({"secret": MASK} if config.secret is not None else {})


def hook_view(store: Store, item: Repository, hook: Hook) -> JsonObject:
    """GitHub's `hook`."""
    url = f"{store.config.api_url}/repos/{item.full_name}/hooks/{hook.id}"
    return {
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": hook.events,
        "config": config_view(hook.config),
        "updated_at": timestamp(hook.updated_at),
        "created_at": timestamp(hook.created_at),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": hook.last_response,
    }


def ping(store: Store, item: Repository, hook: Hook, caller: Token) -> JsonObject:
    """The payload of `ping`."""
    return {
        "zen": next(_ZEN),
        "hook_id": hook.id,
        "hook": hook_view(store, item, hook),
        "repository": repository(store, item),
        **_who(store, item, caller.account),
    }


def push(store: Store, item: Repository, moved: Push, by: Account) -> JsonObject:
    """The payload of `push` for one ref."""
    commits = reading.pushed(item.path, moved)
    created, deleted = moved.before == ZERO, moved.after == ZERO
    forced = not (created or deleted) and not reading.is_ancestor(
        item.path, moved.before, moved.after
    )
    head = None if deleted else reading.resolve(item.path, moved.after)
    email = next((address.email for address in by.emails if address.verified), None)
    shown = repository(store, item)
    shown["owner"] = simple_user(store, item.owner) | {"name": item.owner.login, "email": None}
    shown |= {
        "created_at": int(item.created_at.timestamp()),
        "pushed_at": int(item.pushed_at.timestamp()),
        "stargazers": 0,
        "organization": item.owner.login,
        "master_branch": item.default_branch,
    }
    span = f"{moved.before[:12]}...{moved.after[:12]}"
    return {
        "ref": moved.ref,
        "before": moved.before,
        "after": moved.after,
        "base_ref": None,
        "created": created,
        "deleted": deleted,
        "forced": forced,
        "compare": f"{HTML}/{item.full_name}/compare/{span}",
        "commits": [_commit(item, commit) for commit in commits],
        "head_commit": _commit(item, head) if head else None,
        "repository": shown,
        "pusher": {"name": by.login} | ({"email": email} if email else {}),
        **_who(store, item, by),
    }


def _who(store: Store, item: Repository, by: Account) -> JsonObject:
    shown: JsonObject = {"sender": simple_user(store, by)}
    if item.owner.is_organization:
        shown["organization"] = organization_simple(store, item.owner)
    return shown


def _commit(item: Repository, commit: Commit) -> JsonObject:
    number = commit.id.decode()
    change = reading.changes(item.path, commit)
    return {
        "id": number,
        "tree_id": commit.tree.decode(),
        "distinct": True,
        "message": commit.message.decode(errors="replace"),
        "timestamp": _moment(commit).isoformat(),
        "url": f"{HTML}/{item.full_name}/commit/{number}",
        "author": _person(commit.author),
        "committer": _person(commit.committer),
        "added": change.added,
        "removed": change.removed,
        "modified": change.modified,
    }


def _moment(commit: Commit) -> datetime:
    return reading.moment(commit.commit_time, commit.commit_timezone)


def _person(line: bytes) -> JsonObject:
    who = reading.person(line)
    return {"name": who.name, "email": who.email}
