"""Faults of notifications: a Provider has no status, so a mistake would be seen only when an event is lost.

Source: notification-controller `internal/notifier/factory.go` and what it calls.
"""

from collections.abc import Iterator, Mapping

from settings.models.notification import SECRET_KEYS, Notification
from settings.models.settings import PROJECT, Settings
from settings.words import near, one_of

WITHOUT_ADDRESS = ("telegram",)
"""Types whose address the controller knows."""
WITH_CHANNEL = ("googlepubsub", "nats", "telegram", "zulip")
"""Types that send nothing without a channel."""
WITH_TOKEN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("bitbucket", "datadog", "generic-hmac", "opsgenie", "telegram"), ("token",)),
    **dict.fromkeys(("gitea", "giteapullrequestcomment"), ("token",)),
    **dict.fromkeys(
        ("bitbucketserver", "gitlab", "gitlabmergerequestcomment"), ("token", "password")
    ),
    **dict.fromkeys(
        ("github", "githubdispatch", "githubpullrequestcomment"), ("token", "githubAppID")
    ),
}
"""Types that send nothing without one of these keys in the Secret."""


def notification_faults(settings: Settings) -> Iterator[str]:
    """Yield what a notification lacks, and secrets that nothing would read."""
    stack = settings.stack
    names = [each.name for each in stack.notifications]
    for index, each in enumerate(stack.notifications):
        path = f"{PROJECT}:notifications[{index}]"
        if each.name in names[:index]:
            first = names.index(each.name)
            yield f"{path}.name: is the name of notifications[{first}] too; write another"
        yield from (f"{path}.{fault}" for fault in _missing(each, settings))
    for name, secrets in stack.notification_secrets.items():
        # No name is known when one of the list could not be taken.
        if name not in names and (names or "notifications" not in settings.keys):
            yield f"{PROJECT}:notificationSecrets: names a notification that is not in the list; remove it"
        for key in secrets.keys() - set(SECRET_KEYS):
            # The key itself is not repeated: a secret may stand in its place.
            meant = near(key, SECRET_KEYS)
            way_out = f"did you mean `{meant}`?" if meant else f"write {one_of(SECRET_KEYS)}"
            yield f"{PROJECT}:notificationSecrets.{name}: has a key that Flux does not read; {way_out}"


def _missing(notification: Notification, settings: Settings) -> Iterator[str]:
    name, kind = notification.name, notification.type
    secrets = settings.stack.notification_secrets.get(name, {})

    def command(key: str) -> str:
        return settings.set_secret(f"notificationSecrets.{name}.{key}")

    if notification.address and "address" in secrets:
        yield "address: stands beside a secret one, which Flux takes; remove one of them"
    if not (notification.address or "address" in secrets or kind in WITHOUT_ADDRESS):
        yield f"address: is missing; write it, or run {command('address')}"
    if kind in WITH_CHANNEL and not notification.channel:
        yield f"channel: is missing, without which {kind} sends nothing; write it"
    needed = WITH_TOKEN.get(kind, ())
    if needed and not secrets.keys() & set(needed):
        yield f"type: {kind} sends nothing without {one_of(needed)}; run {command(needed[0])}"
