"""The ClusterSecretStore that ExternalSecrets read Parameter Store by, where the cluster has none yet."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import EXTERNAL_SECRETS, given

WAIT = pulumi.CustomTimeouts(create="3m", update="3m")


class SecretStoreArgs(TypedDict):
    """Inputs of a SecretStore."""

    store_name: pulumi.Input[str]
    """Name of the ClusterSecretStore."""
    region: str
    """AWS region of the parameters."""
    role: NotRequired[str | None]
    """ARN of the role to take for reading; defaults to External Secrets' own."""


class SecretStore(pulumi.ComponentResource):
    """One ClusterSecretStore for Parameter Store, done when External Secrets calls it Ready.

    It holds no credentials: External Secrets has its own (IRSA, EKS Pod Identity), and may take a role with them. The
    role needs the policy that the stack exports.

    Source: External Secrets, "AWS Parameter Store".
    """

    store_name: pulumi.Output[str]
    """Name of the ClusterSecretStore; known once it is Ready."""

    def __init__(
        self, name: str, args: SecretStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the ClusterSecretStore."""
        super().__init__("fluxhook:index:SecretStore", name, {}, opts)
        store = CustomResource(
            f"{name}-cluster-secret-store",
            api_version=EXTERNAL_SECRETS,
            kind="ClusterSecretStore",
            metadata={
                "name": args["store_name"],
                "annotations": {"pulumi.com/waitFor": "condition=Ready"},
            },
            spec={
                "provider": {
                    "aws": given(
                        service="ParameterStore", region=args["region"], role=args.get("role")
                    )
                }
            },
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.store_name = after(store, args["store_name"])
        self.register_outputs({"store_name": self.store_name})
