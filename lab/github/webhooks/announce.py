"""Push events; every way to push calls `announce` when it has moved a ref."""

from lab.github.git import reading
from lab.github.git.reading import Push
from lab.github.git.verification import verification
from lab.github.model.records import Account
from lab.github.model.store import Repository, Store, now
from lab.github.webhooks.courier import Courier
from lab.github.webhooks.payloads import push

MOST_TAGS = 3
"""More tags in one push make no push event (GitHub, "Webhook events and payloads", push)."""


def announce(
    store: Store, courier: Courier, item: Repository, moved: list[Push], by: Account
) -> None:
    """Verifies the commits of a push, and delivers one push event for each ref that it moved."""
    item.pushed_at = item.updated_at = now()
    tags = [ref for ref in moved if ref.ref.startswith("refs/tags/")]
    for ref in moved:
        for commit in reading.pushed(item.path, ref):
            verification(store, item, commit)
        if ref not in tags or len(tags) <= MOST_TAGS:
            courier.publish(item, "push", push(store, item, ref, by))
