"""Faults of notifications: a Provider has no status, so what it lacks would be seen only when an event is lost.

Source: notification-controller `internal/notifier/factory.go` and what it calls.
"""

import difflib
from collections.abc import Iterator, Mapping

from components.values import Stack
from components.values.notification import Notification

SECRET_KEYS = (
    *("address", "token", "username", "password", "headers", "creds", "nkey"),
    *("githubAppID", "githubAppInstallationID", "githubAppInstallationOwner"),
    *("githubAppPrivateKey", "githubAppBaseURL"),
)
"""Keys that the controller reads in a Provider's Secret; not certificates, which it has elsewhere."""
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


def notification_faults(stack: Stack, written: Mapping[str, object]) -> Iterator[str]:
    """Faults of every notification and of what they keep secret; `written` has the keys of the stack's file."""
    names = [each.name for each in stack.notifications]
    for index, each in enumerate(stack.notifications):
        path = f"notifications[{index}]"
        if each.name in names[:index]:
            first = names.index(each.name)
            yield f"{path}.name: has the name of notifications[{first}]; write another"
        for fault in _missing(each, stack.notification_secrets.get(each.name, {})):
            yield f"{path}.{fault}"
    for name, secrets in stack.notification_secrets.items():
        # None is known when one of the list could not be taken.
        if name not in names and (names or "notifications" not in written):
            yield "notificationSecrets: names a notification that is not in the list; remove it"
        for key in secrets.keys() - set(SECRET_KEYS):
            (near,) = difflib.get_close_matches(key, SECRET_KEYS, n=1, cutoff=0)
            yield f"notificationSecrets.{name}: has a key that Flux does not read; did you mean `{near}`?"


def _missing(notification: Notification, secrets: Mapping[str, object]) -> Iterator[str]:
    name, kind = notification.name, notification.type
    command = f"run `pulumi config set --secret --path notificationSecrets.{name}"
    if notification.address and "address" in secrets:
        yield "address: stands beside a secret one, which Flux takes; remove one of them"
    if not (notification.address or "address" in secrets or kind in WITHOUT_ADDRESS):
        yield f"address: is missing; write it, or {command}.address`"
    if kind in WITH_CHANNEL and not notification.channel:
        yield f"channel: is missing, {kind} sends nothing without one; write it"
    needed = WITH_TOKEN.get(kind, ())
    if needed and not secrets.keys() & set(needed):
        yield f"type: {kind} sends nothing without {' or '.join(needed)}; {command}.{needed[0]}`"
