"""How secrets are stored and reach the cluster, as inputs."""

from typing import NotRequired, TypedDict

import pulumi

from components.rules.choices import ParameterTier, SecretBackend


class SecretsArgs(TypedDict):
    """How secrets are stored and reach the cluster."""

    backend: NotRequired[SecretBackend]
    """`external-secrets` (default): through SSM parameters; `kubernetes`: written by Pulumi, without AWS."""
    store: NotRequired[pulumi.Input[str]]
    """Name of the ClusterSecretStore; defaults to "aws-parameter-store"."""
    refresh_interval: NotRequired[pulumi.Input[str]]
    """How often External Secrets reads the parameters, a Go duration; defaults to "5m"."""
    parameter_prefix: NotRequired[str]
    """First segments of every SSM name that is not given; defaults to "/github"."""
    parameter_tier: NotRequired[ParameterTier]
    """Tier of every parameter; defaults to Standard, which takes 4,096 bytes."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """KMS key id, alias or ARN; defaults to the account's `alias/aws/ssm`."""


class StoredSecret(TypedDict):
    """A secret, and the SSM parameter in which it is stored."""

    value: pulumi.Input[str]
    """The secret itself."""
    parameter_name: NotRequired[pulumi.Input[str]]
    """Full SSM name; left out with the backend `kubernetes`."""
    parameter_version: NotRequired[pulumi.Input[int]]
    """Version of the parameter's value."""
    generation: NotRequired[int]
    """Generation of the key or token; defaults to 1."""
