"""Parameters."""

from collections.abc import Iterator

from policy.resource import Resource

PARAMETER = "aws:ssm/parameter:Parameter"
BYTES = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
"""Largest value by tier. Source: AWS Systems Manager, "Managing parameter tiers"."""


def encrypted(resource: Resource) -> Iterator[str]:
    """A parameter is encrypted."""
    if resource.resource_type == PARAMETER and resource.props["type"] != "SecureString":
        yield "`type` is not SecureString: AWS would store the value in clear"


def size(resource: Resource) -> Iterator[str]:
    """A value fits the tier of its parameter."""
    if resource.resource_type == PARAMETER:
        tier = resource.props.get("tier") or "Standard"
        limit = BYTES.get(tier, 0)
        if len(resource.props["value"].encode()) > limit:
            yield f"`value` has more than the {limit} bytes that the tier takes"


def own_key(resource: Resource) -> Iterator[str]:
    """A parameter is encrypted with a key of one's own, so that reading it takes a right on the key, too."""
    if resource.resource_type == PARAMETER and not _is_own(resource.props.get("keyId")):
        yield "`keyId` is not set: whoever may read the parameter has the secret; see `kmsKeyId`"


def _is_own(key: str | None) -> bool:
    return bool(key) and key != "alias/aws/ssm"
