"""Where notification-controller sends what it is told."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import FLUX_ALERTS, given


class AlertProviderArgs(TypedDict):
    """Inputs of an AlertProvider."""

    object_name: pulumi.Input[str]
    """Name of the Provider."""
    namespace: pulumi.Input[str]
    """Namespace of the Provider and of its Secret."""
    type: str
    """Type of the Provider, such as `slack`, `alertmanager` or `github`."""
    address: NotRequired[str | None]
    """Where to send, when that is no secret; defaults to the key `address` of the Secret."""
    channel: NotRequired[str | None]
    """Channel, topic or room, where the type has some."""
    username: NotRequired[str | None]
    """Name of the sender, where the type shows one."""
    secret_name: NotRequired[pulumi.Input[str] | None]
    """Secret with `address`, `token`, `username` and `password`, `headers` or githubApp…, as the type needs."""


class AlertProvider(pulumi.ComponentResource):
    """One Provider. It has no status: whether an address answers is seen only when something is sent.

    Source: notification-controller `docs/spec/v1beta3/providers.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the Provider; known once it exists."""

    def __init__(
        self, name: str, args: AlertProviderArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Provider."""
        super().__init__("fluxhook:index:AlertProvider", name, {}, opts)
        secret_name = args.get("secret_name")
        provider = CustomResource(
            f"{name}-provider",
            api_version=FLUX_ALERTS,
            kind="Provider",
            metadata={"name": args["object_name"], "namespace": args["namespace"]},
            spec=given(
                type=args["type"],
                address=args.get("address"),
                channel=args.get("channel"),
                username=args.get("username"),
                secretRef={"name": secret_name} if secret_name else None,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.object_name = after(provider, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
