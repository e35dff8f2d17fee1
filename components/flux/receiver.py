"""The Receiver: what notification-controller does when GitHub calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.objects.known_after import known_after
from components.objects.place import Place
from components.rules import defaults
from components.rules.flux import (
    NOTIFICATION,
    SOURCE,
    branch_filter,
    receiver_path,
    wait_for_path,
)


class ReceiverArgs(TypedDict):
    """The Receiver of an application."""

    name: NotRequired[str]
    """Name of the Receiver; defaults to the application's."""
    events: NotRequired[Sequence[str]]
    """GitHub events to accept, ping among them; defaults to ping and push."""
    interval: NotRequired[pulumi.Input[str]]
    """How often the controller reads the token again, a duration; defaults to "10m"."""
    token_length: NotRequired[pulumi.Input[int]]
    """Length of the webhook token in characters; defaults to 32, the least that is accepted."""
    parameter: NotRequired[str]
    """SSM name of the token; defaults to `<prefix>/<owner>/<name>/<namespace>/receiver/token`."""


@dataclass(frozen=True)
class ServedReceiver:
    """A Receiver that the cluster serves."""

    object_name: pulumi.Output[str]
    """Name of the object."""
    path: pulumi.Output[str]
    """Secret: `/hook/<digest>`; known only when the cluster serves it."""


def receiver(
    place: Place,
    sources: Mapping[str, Sequence[pulumi.Input[str]]],
    branch: str,
    secret_name: pulumi.Input[str],
    token: pulumi.Input[str],
    args: ReceiverArgs,
) -> ServedReceiver:
    """Create a Receiver of type github and wait, up to three minutes, until the cluster serves the computed path.

    So a wrong token, an outdated Secret or another formula in the cluster stops the update before GitHub gets a URL.
    `sources` are the names of the sources to reconcile by kind; what applies them follows by itself. The Secret has the
    token under `token`. A push to another branch than `branch` reconciles nothing.

    Source: notification-controller `docs/spec/v1/receivers.md`.
    """
    parts = pulumi.Output.all(token, place.object_name, place.namespace)
    path: pulumi.Output[str] = pulumi.Output.secret(
        parts.apply(lambda known: receiver_path(*known))
    )
    created = flux_object(
        place,
        "receiver",
        NOTIFICATION,
        "Receiver",
        {
            "type": "github",
            "events": list(args.get("events", defaults.RECEIVER_EVENTS)),
            "interval": args.get("interval", defaults.RECEIVER_INTERVAL),
            "secretRef": {"name": secret_name},
            "resourceFilter": branch_filter(branch),
            "resources": [
                {"apiVersion": SOURCE, "kind": kind, "name": source}
                for kind, names in sources.items()
                for source in names
            ],
        },
        # The wait contains so little of the path that a preview may show it.
        wait_for=pulumi.Output.unsecret(path.apply(wait_for_path)),
        timeout="3m",
        # The status contains the path in clear, also in the message of its Ready condition.
        secret_outputs=["status"],
    )
    return ServedReceiver(created.object_name, known_after(created, path))
