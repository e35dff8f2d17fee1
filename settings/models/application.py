"""One entry of `applications`: a GitHub repository and how Flux delivers it."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from components.values.helm import HelmRelease
from components.values.image import Image
from components.values.scaffold import Scaffold
from components.values.types import (
    Branch,
    Directory,
    Duration,
    Events,
    Name,
    ParameterName,
    Values,
)


class DeployKey(Values):
    """The deploy key of an application."""

    title: str = Field(
        default="flux", min_length=1, description="title of the deploy key on GitHub"
    )
    writable: bool | None = Field(
        default=None, description="whether the deploy key may push; by default if the bot commits"
    )
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name, in place of `<parameterPrefix>/<repository>/deploy-key`",
    )


class Kustomization(Values):
    """The Kustomization of an application."""

    path: Directory = Field(default="./", description="directory of the overlay, beginning with ./")
    interval: Duration = Field(default="5m", description="how often drift is corrected")
    retry_interval: Duration = Field(
        default="1m", description="how soon what failed is tried again without a new commit"
    )
    prune: bool = Field(
        default=True, description="whether objects that left the repository are deleted"
    )
    force: bool = Field(default=False, description="whether immutable changes recreate the object")
    wait: bool = Field(
        default=False, description="whether Ready means that every object is healthy"
    )
    target_namespace: Name | None = Field(
        default=None, description="namespace of every applied object"
    )
    depends_on: tuple[Name, ...] = Field(
        default=(), description="Kustomizations that must be Ready before"
    )


class Receiver(Values):
    """The Receiver of an application."""

    name: Name | None = Field(
        default=None, description="name of the Receiver; the application's by default"
    )
    events: Events = Field(
        default=("ping", "push"), description="GitHub events to accept; ping among them"
    )
    interval: Duration = Field(default="10m", description="how often the token is read again")
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name, in place of `<parameterPrefix>/<owner>/<name>/<namespace>/receiver/token`",
    )


class Webhook(Values):
    """The GitHub webhook of an application."""

    events: Events = Field(
        default=("push",), description="GitHub events to send; ping is sent by GitHub itself"
    )


class Application(Values):
    """One GitHub repository and how Flux delivers it."""

    repository: str = Field(description="`name`, or `owner/name` where the owner is another one")
    name: Name = Field(description="name of its objects; by default the repository's")
    branch: Branch = Field(default="main", description="branch to deliver")
    interval: Duration = Field(default="1m", description="how often Flux looks without being told")
    timeout: Duration = Field(default="60s", description="longest duration of one clone")
    credentials: Literal["deploy-key", "github-app"] = Field(
        default="deploy-key", description="what Flux clones with: deploy-key, or github-app"
    )
    deploy_key: DeployKey = Field(default=DeployKey(), description="the deploy key")
    kustomization: Kustomization = Field(default=Kustomization(), description="the Kustomization")
    helm_release: HelmRelease | None = Field(
        default=None, description="the HelmRelease, in place of the Kustomization"
    )
    create_namespace: bool = Field(
        default=False, description="whether the target namespace is made, and removed, with it"
    )
    receiver: Receiver = Field(default=Receiver(), description="the Receiver")
    webhook: Webhook = Field(default=Webhook(), description="the GitHub webhook")
    image: Image | None = Field(
        default=None, description="the container image, when it has one of its own"
    )
    commit_status: bool = Field(
        default=False, description="whether a commit on GitHub shows that it is applied"
    )
    scaffold: Scaffold | None = Field(
        default=None, description="first files to write into an empty repository"
    )

    @property
    def owner(self) -> str:
        """Owner of the repository."""
        return self.repository.partition("/")[0]

    @property
    def repository_name(self) -> str:
        """The repository without its owner."""
        return self.repository.partition("/")[2]

    @property
    def automated(self) -> bool:
        """Whether the bot commits new image tags."""
        return self.image is not None and self.image.automation

    @property
    def pushes(self) -> bool:
        """Whether its deploy key may push."""
        asked = self.deploy_key.writable
        return self.automated if asked is None else asked

    @property
    def receiver_name(self) -> str:
        """Name of the Receiver."""
        return self.receiver.name or self.name

    @property
    def release_name(self) -> str:
        """Name of the Helm release, if it has one."""
        return (self.helm_release.release_name if self.helm_release else None) or self.name

    @property
    def path(self) -> str:
        """Directory of what is delivered; the root when the chart comes from elsewhere."""
        if self.helm_release is None:
            return self.kustomization.path
        return "./" if self.helm_release.repository else self.helm_release.chart

    @property
    def target_namespace(self) -> str | None:
        """Namespace of what is delivered, when one is given."""
        return (self.helm_release or self.kustomization).target_namespace


Entries = Sequence[tuple[str, Application]]
"""Applications with the place where each is written."""
