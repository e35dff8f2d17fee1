"""What notification-controller tells a Provider."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._rules import FLUX_ALERTS, given


class AlertArgs(TypedDict):
    """Inputs of an Alert."""

    object_name: pulumi.Input[str]
    """Name of the Alert."""
    namespace: pulumi.Input[str]
    """Namespace of the Alert, its Provider and its sources."""
    provider_name: pulumi.Input[str]
    """Name of the Provider."""
    severity: str
    """`info`, which leaves nothing out, or `error`."""
    sources: Mapping[str, str]
    """Names of the objects by kind; `*` for every one."""
    exclude: NotRequired[Sequence[str]]
    """Regular expressions of messages to leave out; defaults to none."""
    metadata: NotRequired[Mapping[str, str]]
    """What is added to every event; defaults to nothing."""


class Alert(pulumi.ComponentResource):
    """One Alert.

    Source: notification-controller `docs/spec/v1beta3/alerts.md`.
    """

    def __init__(
        self, name: str, args: AlertArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Alert."""
        super().__init__("fluxhook:index:Alert", name, {}, opts)
        namespace = args["namespace"]
        CustomResource(
            f"{name}-alert",
            api_version=FLUX_ALERTS,
            kind="Alert",
            metadata={"name": args["object_name"], "namespace": namespace},
            spec=given(
                providerRef={"name": args["provider_name"]},
                eventSeverity=args["severity"],
                eventSources=[
                    {"kind": kind, "name": source, "namespace": namespace}
                    for kind, source in args["sources"].items()
                ],
                eventMetadata=dict(args.get("metadata", {})),
                exclusionList=list(args.get("exclude", ())),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
