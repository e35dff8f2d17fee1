"""The ClusterSecretStore through which External Secrets reads Parameter Store."""

from typing import NotRequired, TypedDict

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.kubernetes import EXTERNAL_SECRETS, READY, without_empty


class SecretStoreArgs(TypedDict):
    """A ClusterSecretStore for Parameter Store."""

    region: str
    """AWS region of the parameters."""
    role: NotRequired[str]
    """ARN of the role to assume for reading; defaults to External Secrets' own identity."""


def secret_store(
    name: str, store_name: str, args: SecretStoreArgs, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Create the ClusterSecretStore `store_name` and return its name, known once External Secrets reports it Ready.

    It contains no credentials: External Secrets has its own (IRSA, EKS Pod Identity), and may assume a role with them.
    The role needs the policy that the stack exports.

    Source: External Secrets, "AWS Parameter Store".
    """
    aws = without_empty(service="ParameterStore", region=args["region"], role=args.get("role"))
    return CustomObject(
        Place(name, store_name, "", parent),
        "secret-store",
        EXTERNAL_SECRETS,
        "ClusterSecretStore",
        {"provider": {"aws": aws}},
        annotations=READY,
        timeout="3m",
    ).object_name
