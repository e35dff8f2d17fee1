"""One resource as a policy sees it."""

from collections.abc import Mapping
from typing import Any, Protocol


class Provider(Protocol):
    """The provider of a resource."""

    @property
    def name(self) -> str:
        """Its logical name."""


class Options(Protocol):
    """The options of a resource that a policy can see."""

    @property
    def protect(self) -> bool:
        """Whether it is protected from deletion."""


class Resource(Protocol):
    """What `ResourceValidationArgs` and `PolicyResource` of pulumi-policy have in common.

    The rules need no more, so that they can be tested without an engine.
    """

    @property
    def resource_type(self) -> str:
        """The type token."""

    @property
    def name(self) -> str:
        """The logical name."""

    @property
    def urn(self) -> str:
        """The URN."""

    @property
    def props(self) -> Mapping[str, Any]:
        """The properties, secrets in clear."""

    @property
    def opts(self) -> Options:
        """The options."""

    @property
    def provider(self) -> Provider | None:
        """The provider."""
