"""Refuses to write over an SSM parameter of somebody else.

The provider overwrites what exists (components/secrets/parameter.py), so that an interrupted `up` is repeated and a
lost state is no dead end. Whose a parameter is says the end of its description.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from boto3 import Session
    from types_boto3_ssm import SSMClient

ATTEMPTS = 26
"""Of each request, as the AWS provider: AWS takes few DescribeParameters in a second."""


FILTERED = 50
"""Most names in one question. Source: AWS Systems Manager, "ParameterStringFilter", `Values`."""


class ParameterCheck:
    """Asks Parameter Store, as the AWS provider of the stack does: profile, region and roles are its own."""

    def __init__(self, stack: str, names: Sequence[str] = ()) -> None:
        """`names` are all of `stack`, the identity with which the descriptions of its parameters end."""
        self._stack, self._names = stack, names
        self._lock, self._foreign = threading.Lock(), list[str]()
        self._asked = False
        config = pulumi.Config("aws")
        self._profile, self._region = config.get("profile"), config.get("region")
        self._roles = config.get_object("assumeRoles") or []

    def __call__(self, _name: str, inputs: Mapping[str, Any]) -> None:
        """Raise when a parameter of the stack, or this one, exists and is not this stack's, or when nobody can say.

        Raises:
            RuntimeError: one is somebody else's; the message names each, its owner and the way out.
        """
        self.refuse()
        if inputs["name"] not in self._names and (found := self.foreign([inputs["name"]])):
            raise RuntimeError(found[0])

    def refuse(self) -> None:
        """Raise when any parameter of the stack is somebody else's; asked once, before the first write.

        Raises:
            RuntimeError: as a call does.
        """
        with self._lock:
            if not self._asked:
                self._foreign = self.foreign(self._names)
                self._asked = True
        if self._foreign:
            raise RuntimeError("\n  ".join(self._foreign))

    def foreign(self, names: Sequence[str]) -> list[str]:
        """Return a line for each of the parameters that exists and is not this stack's."""
        return [
            f"the SSM parameter {name} exists and is not of the stack {self._stack}"
            f" (its description: {description!r}); it was left as it is."
            " Give this stack a `parameterPrefix` of its own, or delete the parameter if nobody uses it"
            for name, description in self._descriptions(names)
            if not self._is_ours(description)
        ]

    def delete_own(self, _name: str, inputs: Mapping[str, Any]) -> None:
        """Delete the parameter if it is this stack's."""
        for name, description in self._descriptions([inputs["name"]]):
            if self._is_ours(description):
                self._client.delete_parameter(Name=name)

    def _is_ours(self, description: str) -> bool:
        return description.endswith(f" {self._stack}")

    def _descriptions(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield name and description of each of the parameters that exists."""
        for start in range(0, len(names), FILTERED):
            several = list(names[start : start + FILTERED])
            filters: Any = [{"Key": "Name", "Option": "Equals", "Values": several}]
            pages = self._client.get_paginator("describe_parameters")
            for page in pages.paginate(ParameterFilters=filters):
                for found in page["Parameters"]:
                    yield found["Name"], found.get("Description", "")

    @cached_property
    def _client(self) -> "SSMClient":
        return connected(self._profile, self._region, roles=self._roles)


def connected(
    profile: str | None,
    region: str | None,
    attempts: int = ATTEMPTS,
    roles: Sequence[Mapping[str, Any]] = (),
) -> "SSMClient":
    """Return a client of Parameter Store.

    `profile` and `region` are the stack's, by default the environment's; `roles` are assumed in turn.
    """
    # Imported late: a preview needs none of it, and it takes long.
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        profile_name=profile, region_name=region or os.environ.get("AWS_REGION")
    )
    for role in roles:
        session = _assumed(session, role)
    retries = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return session.client("ssm", config=retries)


def _assumed(session: "Session", role: Mapping[str, Any]) -> "Session":
    """Return the session of a role, as an entry of `aws:assumeRoles` describes it."""
    import boto3

    asked = {
        "RoleArn": role["roleArn"],
        "RoleSessionName": role.get("sessionName") or "fluxhook",
        "ExternalId": role.get("externalId"),
        "Policy": role.get("policy"),
    }
    given = {key: value for key, value in asked.items() if value}
    answer: Any = session.client("sts").assume_role(**given)
    key = answer["Credentials"]
    return boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], session.region_name
    )
