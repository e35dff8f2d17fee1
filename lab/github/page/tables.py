"""The tables of the page; secrets and receiver paths are masked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lab.github.git import reading
from lab.github.git.verification import verification
from lab.github.model.store import Hook, Repository, Store
from lab.github.page.cluster import WITHOUT_STATUS, ClusterObject
from lab.github.rest.deliveries import newest_first
from lab.github.rest.statuses import combined, newest_by_context
from lab.github.webhooks.rules import MASK

SHOWN = 30
"""Deliveries shown of each hook."""
COMMITS = 10
"""Commits shown of each repository."""


@dataclass(frozen=True)
class Row:
    """A row; `bad` highlights it."""

    cells: Sequence[str]
    bad: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `empty` is shown in place of its rows when it has none."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Row]
    empty: str


@dataclass(frozen=True)
class Section:
    """A heading and its tables."""

    title: str
    tables: Sequence[Table]


def of_cluster(objects: Sequence[ClusterObject], error: str = "") -> Section:
    """The objects of the cluster and how many are ready; or why they cannot be listed."""
    if error:
        empty = f"The lab's API server does not answer: {error}"
        return Section("Cluster", [Table("Objects", (), (), empty)])
    ready = sum(each.ready == "True" for each in objects)
    judged = [each for each in objects if each.kind not in WITHOUT_STATUS]
    heads = ("Kind", "Namespace", "Name", "Ready", "Reason", "Message", "Revision", "Created")
    rows = [
        Row(
            (
                *(each.kind, each.namespace, each.name, each.ready, each.reason),
                *(each.message, each.revision, _time(each.created_at)),
            ),
            each.ready == "False",
        )
        for each in objects
    ]
    caption = f"Objects: {ready} of {len(judged)} ready"
    if silent := len(objects) - len(judged):
        caption += f", {silent} of kinds that have no status"
    return Section("Cluster", [Table(caption, heads, rows, "None yet; `make up` makes them.")])


def of_repository(store: Store, item: Repository) -> Section:
    """A repository: its newest commits, its deploy keys, its webhooks and their deliveries."""
    keys = [
        Row(
            (
                key.title,
                "read-only" if key.read_only else "read and write",
                key.fingerprint,
                _time(key.last_used) if key.last_used else "never",
            )
        )
        for key in item.keys.values()
    ]
    tables = [
        _commits(store, item),
        Table("Deploy keys", ("Title", "Access", "Fingerprint", "Last used"), keys, "None."),
        _hooks(item),
        *map(_deliveries, item.hooks.values()),
    ]
    return Section(item.full_name, tables)


def of_keys(store: Store) -> Section:
    """The keys of all users for signatures."""
    gpg = [
        Row((key.login, str(key.facts["key_id"]), ", ".join(sorted(key.emails))))
        for key in store.gpg_keys.values()
    ]
    ssh = [Row((key.login, key.title, key.key)) for key in store.signing_keys.values()]
    return Section(
        "Keys of users",
        [
            Table("GPG keys", ("User", "Key id", "E-mail"), gpg, "None."),
            Table("SSH signing keys", ("User", "Title", "Key"), ssh, "None."),
        ],
    )


def _commits(store: Store, item: Repository) -> Table:
    head = reading.branch_head(item.path, item.default_branch)
    found = reading.history(item.path, head, None, COMMITS) if head else []
    rows = []
    for commit in found:
        sha = commit.id.decode()
        subject = commit.message.decode(errors="replace").partition("\n")[0]
        newest = newest_by_context(item, sha)
        statuses = "; ".join(f"{each.context}: {each.description or each.state}" for each in newest)
        state = combined(newest) if newest else ""
        signed = verification(store, item, commit)
        author = reading.person(commit.author).name
        verdict = "Verified" if signed["verified"] else str(signed["reason"])
        when = _time(reading.moment(commit.commit_time, 0))
        cells = (sha[:12], subject, author, when, verdict, state, statuses)
        rows.append(Row(cells, state == "failure"))
    heads = ("Commit", "Subject", "Author", "Time", "Signature", "State", "Statuses")
    return Table(f"Newest commits of {item.default_branch}", heads, rows, "Empty.")


def _hooks(item: Repository) -> Table:
    heads = ("Id", "URL", "Events", "Content type", "Secret", "TLS", "Active", "Last response")
    rows = [
        Row(
            (
                str(hook.id),
                masked_url(hook.config.url),
                ", ".join(hook.events),
                hook.config.content_type,
                "set" if hook.config.secret else "none",
                "verified" if hook.config.insecure_ssl == "0" else "not verified",
                "yes" if hook.active else "no",
                str(hook.last_response["message"] or "none yet"),
            ),
            hook.last_response["status"] not in ("active", "unused"),
        )
        for hook in item.hooks.values()
    ]
    return Table("Webhooks", heads, rows, "None.")


def _deliveries(hook: Hook) -> Table:
    heads = ("Id", "Event", "Status", "Guid", "Redelivery", "Seconds", "Time")
    rows = [
        Row(
            (
                *(str(each.id), each.event, f"{each.status_code} {each.status}", each.guid),
                *("yes" if each.redelivery else "", f"{each.duration:.2f}"),
                _time(each.delivered_at),
            ),
            not each.succeeded,
        )
        for each in newest_first(hook)[:SHOWN]
    ]
    return Table(f"Deliveries of webhook {hook.id}", heads, rows, "None yet.")


def masked_url(url: str) -> str:
    """A receiver's URL without its path and query: whoever has the path can call it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/{MASK}"


def _time(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S")
