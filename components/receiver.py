"""The Receiver: what notification-controller does when GitHub calls."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import (
    DELETED_BY_FLUX,
    FLUX_NOTIFICATION,
    FLUX_SOURCE,
    branch_filter,
    is_served,
    receiver_path,
)
from components.git_repository import DEFAULT_BRANCH

DEFAULT_EVENTS = ("ping", "push")
"""`ping` belongs here, not into the hook: GitHub sends it by itself, and a Receiver without it answers 400."""
DEFAULT_INTERVAL = "10m"
WAIT = pulumi.CustomTimeouts(create="3m", update="3m")


class ReceiverArgs(TypedDict):
    """Inputs of a Receiver."""

    object_name: pulumi.Input[str]
    """Name of the object; part of the hook path."""
    namespace: pulumi.Input[str]
    """Namespace of the object, its Secret and its sources; part of the hook path."""
    sources: Mapping[str, pulumi.Input[str]]
    """Names of the sources to reconcile, by kind; source kinds only, what applies them follows by itself."""
    secret_name: pulumi.Input[str]
    """Secret with the token under `token`."""
    token: pulumi.Input[str]
    """The token itself, to compute the hook path that the cluster must come to."""
    branch: NotRequired[str]
    """The branch that the source follows: a push to another one reconciles nothing; defaults to "main"."""
    events: NotRequired[Sequence[str]]
    """GitHub events to accept; defaults to ping and push."""
    interval: NotRequired[pulumi.Input[str]]
    """How often the controller reads the token again, a duration; defaults to "10m"."""


class Receiver(pulumi.ComponentResource):
    """One Receiver of type github, done only when the cluster serves exactly the computed hook path.

    So a wrong token, a stale Secret or another formula in the cluster stops the update before GitHub is told a URL.

    Source: notification-controller `docs/spec/v1/receivers.md`.
    """

    path: pulumi.Output[str]
    """Secret: `/hook/<digest>`; known once the cluster serves it."""
    object_name: pulumi.Output[str]
    """Name of the object."""

    def __init__(
        self, name: str, args: ReceiverArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Receiver and wait for its path."""
        super().__init__("fluxhook:index:Receiver", name, {}, opts)
        path = pulumi.Output.all(
            pulumi.Output.secret(args["token"]), args["object_name"], args["namespace"]
        ).apply(lambda parts: receiver_path(*parts))
        receiver = CustomResource(
            f"{name}-receiver",
            api_version=FLUX_NOTIFICATION,
            kind="Receiver",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": {
                    **DELETED_BY_FLUX,
                    # Of the path there is so little in it that a preview may show the object.
                    "pulumi.com/waitFor": pulumi.Output.unsecret(path.apply(is_served)),
                },
            },
            spec={
                "type": "github",
                "events": list(args.get("events", DEFAULT_EVENTS)),
                "interval": args.get("interval", DEFAULT_INTERVAL),
                "secretRef": {"name": args["secret_name"]},
                "resourceFilter": branch_filter(args.get("branch", DEFAULT_BRANCH)),
                "resources": [
                    {"apiVersion": FLUX_SOURCE, "kind": kind, "name": source}
                    for kind, source in args["sources"].items()
                ],
            },
            # The path stands in the status in clear, also in the message of its Ready condition.
            opts=pulumi.ResourceOptions(
                parent=self, custom_timeouts=WAIT, additional_secret_outputs=["status"]
            ),
        )
        self.path = after(receiver, path)
        self.object_name = after(receiver, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
