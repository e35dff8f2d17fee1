"""One resource as a policy sees it."""

from collections.abc import Mapping
from typing import Any, Protocol


class Provider(Protocol):
    """The provider of a resource."""

    name: str


class Options(Protocol):
    """The options of a resource that a policy can see."""

    protect: bool


class Resource(Protocol):
    """What `ResourceValidationArgs` and `PolicyResource` of pulumi-policy have in common.

    The rules need no more, so that they can be tested without an engine. Secrets are in clear in `props`.
    """

    resource_type: str
    name: str
    urn: str
    props: Mapping[str, Any]
    opts: Options
    provider: Provider | None
