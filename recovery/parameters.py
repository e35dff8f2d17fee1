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
STORED = ", stored by fluxhook for "
"""In the description of every parameter that a stack wrote (components/secrets/secrets.py)."""


class ParameterCheck:
    """Asks Parameter Store, as the AWS provider of the stack does: profile, region and roles are its own."""

    def __init__(self, stack: str, names: Sequence[str] = ()) -> None:
        """`names` are all of `stack`, the identity with which the descriptions of its parameters end."""
        self._stack, self._names = stack, names
        self._lock = threading.Lock()
        self._known: dict[str, str] | None = None
        config = pulumi.Config("aws")
        self._profile, self._region = config.get("profile"), config.get("region")
        self._roles = config.get_object("assumeRoles") or []

    def __call__(self, _name: str, inputs: Mapping[str, Any]) -> None:
        """Raise when this parameter, or any of the stack, is somebody else's, or when nobody can say.

        Raises:
            RuntimeError: one is somebody else's; the message names each, its owner and the way out.
        """
        known, name = self.refuse(), inputs["name"]
        if name not in self._names:
            known = dict(self._descriptions([name]))
        if name in known and not self._is_ours(known[name]):
            raise RuntimeError(self._refusal(name, known[name]))

    def refuse(self) -> Mapping[str, str]:
        """Raise when a parameter of the stack belongs to another stack; asked once, before the first write.

        One that no stack describes may be in this state already, imported: it is looked at only when it is created.

        Returns:
            The descriptions of those that exist, by name.

        Raises:
            RuntimeError: as a call does.
        """
        with self._lock:
            if self._known is None:
                self._known = dict(self._descriptions(self._names))
        foreign = [
            self._refusal(name, description)
            for name, description in self._known.items()
            if STORED in description and not self._is_ours(description)
        ]
        if foreign:
            raise RuntimeError("\n  ".join(foreign))
        return self._known

    def _refusal(self, name: str, description: str) -> str:
        return (
            f"the SSM parameter {name} exists and is not of the stack {self._stack}"
            f" (its description: {description!r}); it was left as it is."
            " Give this stack a `parameterPrefix` of its own, or delete the parameter if nobody uses it"
        )

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
    parameters = {key: value for key, value in asked.items() if value}
    answer: Any = session.client("sts").assume_role(**parameters)
    key = answer["Credentials"]
    return boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], session.region_name
    )
