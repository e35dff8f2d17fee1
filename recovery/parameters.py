"""Refuses to write over an SSM parameter of somebody else.

The provider overwrites what exists (components/secrets/parameter.py), so that an interrupted `up` is repeated and a
lost state is no dead end. Whose a parameter is says the end of its description.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

ATTEMPTS = 26
"""Of each request, as the AWS provider: AWS takes few DescribeParameters in a second."""


class ParameterCheck:
    """Asks Parameter Store, as the AWS provider of the stack does: profile and region are its own."""

    def __init__(self, stack: str) -> None:
        """`stack` is the identity of the stack, with which the description of its parameters ends."""
        self._stack = stack
        config = pulumi.Config("aws")
        self._profile, self._region = config.get("profile"), config.get("region")

    def __call__(self, name: str, inputs: Mapping[str, Any]) -> None:
        """Raise when the parameter exists and is not this stack's, or when nobody can say.

        Raises:
            RuntimeError: the parameter is somebody else's; the message names it, its owner and the way out.
        """
        parameter = inputs["name"]
        filters: Any = [{"Key": "Name", "Option": "Equals", "Values": [parameter]}]
        for found in self._client.describe_parameters(ParameterFilters=filters)["Parameters"]:
            description = found.get("Description", "")
            if not description.endswith(f" {self._stack}"):
                raise RuntimeError(
                    f"the SSM parameter {parameter} exists and is not of the stack {self._stack}"
                    f" (its description: {description!r}); it was left as it is."
                    " Give this stack a `parameterPrefix` of its own, or delete the parameter if nobody uses it"
                )

    @cached_property
    def _client(self) -> "SSMClient":
        return connected(self._profile, self._region)


def connected(profile: str | None, region: str | None, attempts: int = ATTEMPTS) -> "SSMClient":
    """Return a client of Parameter Store; `profile` and `region` are the stack's, by default the environment's."""
    # Imported late: a preview needs none of it, and it takes long.
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        profile_name=profile, region_name=region or os.environ.get("AWS_REGION")
    )
    retries = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return session.client("ssm", config=retries)
