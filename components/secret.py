"""A Secret in the cluster, written by Pulumi: for clusters without the External Secrets Operator."""

import base64
from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes

from components._rules import WATCHED


class SecretArgs(TypedDict):
    """Inputs of a Secret."""

    secret_name: pulumi.Input[str]
    """Name of the Secret."""
    namespace: pulumi.Input[str]
    """Namespace of the Secret."""
    data: Mapping[str, pulumi.Input[str]]
    """What it holds, by key, as text."""
    secret_type: NotRequired[str]
    """Kubernetes type of the Secret; defaults to Opaque. Another one replaces the Secret."""


class Secret(pulumi.ComponentResource):
    """One Secret with Flux's watch label, so that controllers take a new value at once.

    Its values rest encrypted in the state and travel to the API server; nothing else keeps them. A new value is an
    update in place only if the provider says `enable_secret_mutable`, as `__main__.py` does.
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret; known once it is there."""

    def __init__(
        self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Secret."""
        super().__init__("fluxhook:index:Secret", name, {}, opts)
        secret = kubernetes.core.v1.Secret(
            f"{name}-secret",
            metadata={
                "name": args["secret_name"],
                "namespace": args["namespace"],
                "labels": WATCHED,
            },
            type=args.get("secret_type", "Opaque"),
            data={key: _encoded(value) for key, value in args["data"].items()},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.secret_name = pulumi.Output.unsecret(secret.metadata.name)
        self.register_outputs({"secret_name": self.secret_name})


def _encoded(value: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.secret(value).apply(lambda text: base64.b64encode(text.encode()).decode())
