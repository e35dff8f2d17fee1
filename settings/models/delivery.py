"""One of several deliveries of a repository: a Kustomization, or a HelmRelease."""

from pydantic import Field

from settings.models.group import Group
from settings.models.helm_release import HelmRelease
from settings.models.image import Image
from settings.models.kustomization import Kustomization
from settings.models.types import Name


class Delivery(Group):
    """One of several deliveries of a repository."""

    name: Name = Field(description="name of its Kustomization or HelmRelease")
    kustomization: Kustomization = Field(default=Kustomization(), description="the Kustomization")
    helm_release: HelmRelease | None = Field(
        default=None, description="the HelmRelease, in place of the Kustomization"
    )
    create_namespace: bool = Field(
        default=False,
        description="whether the target namespace is created, and deleted, with the delivery",
    )
    image: Image | None = Field(
        default=None, description="the container image, if the delivery has one of its own"
    )

    @property
    def applied_by(self) -> Kustomization | HelmRelease:
        """What applies it."""
        return self.helm_release or self.kustomization

    @property
    def key(self) -> str:
        """The key that describes what applies it."""
        return "helmRelease" if self.helm_release else "kustomization"

    @property
    def kind(self) -> str:
        """Kind of what applies it."""
        return "HelmRelease" if self.helm_release else "Kustomization"

    @property
    def automated(self) -> bool:
        """Whether the bot commits new image tags."""
        return self.image is not None and self.image.automation

    @property
    def release_name(self) -> str | None:
        """Name of the Helm release; None without one."""
        return (self.helm_release.release_name or self.name) if self.helm_release else None

    @property
    def target_namespace(self) -> str | None:
        """Namespace of what is delivered, when one is given."""
        return self.applied_by.target_namespace

    @property
    def follows_commits(self) -> bool:
        """Whether a commit changes what is applied: it does not where the chart comes from elsewhere."""
        return self.helm_release is None or self.helm_release.directory is not None
