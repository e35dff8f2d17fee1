"""Delivery by a Kustomization."""

from pydantic import Field

from components.rules import defaults
from settings.models.group import Group
from settings.models.types import Directory, Duration, Name


class Kustomization(Group):
    """The Kustomization of an application."""

    path: Directory = Field(
        default=defaults.PATH, description="directory of the overlay, beginning with ./"
    )
    interval: Duration = Field(
        default=defaults.DELIVERY_INTERVAL, description="how often drift is corrected"
    )
    retry_interval: Duration = Field(
        default=defaults.RETRY_INTERVAL,
        description="how soon a failed apply is tried again without a new commit",
    )
    prune: bool = Field(
        default=True, description="whether objects that left the repository are deleted"
    )
    force: bool = Field(
        default=False,
        description="whether an object is recreated for a change to an immutable field",
    )
    wait: bool = Field(
        default=False, description="whether Ready means that every object is healthy"
    )
    target_namespace: Name | None = Field(
        default=None, description="namespace of every applied object"
    )
    depends_on: tuple[Name, ...] = Field(
        default=(), description="Kustomizations that must be Ready before this one"
    )
