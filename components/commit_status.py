"""Commit status: a commit on GitHub shows whether the cluster has applied it."""

from typing import TypedDict

import pulumi

from components.alert import Alert
from components.alert_provider import AlertProvider


class CommitStatusArgs(TypedDict):
    """Inputs of a CommitStatus."""

    object_name: str
    """Name of the Kustomization; Provider and Alert are called `<object_name>-commit-status`."""
    namespace: pulumi.Input[str]
    """Namespace of all of them."""
    repository: str
    """`owner/name` on GitHub."""
    secret_name: pulumi.Input[str]
    """Secret with a `token` that may write commit statuses, or with a GitHub App."""


class CommitStatus(pulumi.ComponentResource):
    """A Provider of type github and an Alert of one Kustomization.

    Only a Kustomization tells the commit that it has applied; a HelmRelease tells its chart's version.

    Source: notification-controller `docs/spec/v1beta3/providers.md`, "Git commit status updates".
    """

    def __init__(
        self, name: str, args: CommitStatusArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Provider and its Alert."""
        super().__init__("fluxhook:index:CommitStatus", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        object_name = f"{args['object_name']}-commit-status"
        provider = AlertProvider(
            f"{name}/commit-status",
            {
                "object_name": object_name,
                "namespace": args["namespace"],
                "type": "github",
                "address": f"https://github.com/{args['repository']}",
                "secret_name": args["secret_name"],
            },
            child,
        )
        Alert(
            f"{name}/commit-status",
            {
                "object_name": object_name,
                "namespace": args["namespace"],
                "provider_name": provider.object_name,
                "severity": "info",
                "sources": {"Kustomization": args["object_name"]},
            },
            child,
        )
        self.register_outputs({})
