"""What a stack says about its cluster as a whole, and about its credentials."""

from typing import Literal, cast

from pydantic import Field

from components.rules import defaults
from components.rules.choices import GitCredentials, SecretBackend
from settings.models.group import Group
from settings.models.types import Branch, Directory, Duration, Name, Region, RoleArn


class SecretStore(Group):
    """The ClusterSecretStore, when the stack makes it."""

    region: Region = Field(description="AWS region of the parameters")
    role: RoleArn | None = Field(
        default=None, description="ARN of the role with which parameters are read"
    )


class Secrets(Group):
    """How secrets reach the cluster."""

    backend: SecretBackend = Field(
        default=SecretBackend.EXTERNAL_SECRETS,
        description="external-secrets: through SSM; kubernetes: written by Pulumi, without AWS",
    )
    store: SecretStore | None = Field(
        default=None, description="makes the ClusterSecretStore; else it must exist"
    )


class GithubApp(Group):
    """A GitHub App that is installed on the owner."""

    id: int = Field(ge=1, description="id of the GitHub App")
    installation_id: int = Field(ge=1, description="id of its installation on the owner")


class ClusterSync(Group):
    """What `flux bootstrap github` leaves behind: the cluster's own source and Kustomization."""

    repository: str = Field(
        description="`name`, or `owner/name`, of the repository that describes the cluster"
    )
    path: Directory = Field(description="directory of this cluster, such as ./clusters/production")
    branch: Branch = Field(default=defaults.BRANCH, description="branch that the cluster follows")
    name: Name = Field(
        default=defaults.NAMESPACE,
        description="name of the GitRepository and the Kustomization",
    )
    interval: Duration = Field(
        default=defaults.SOURCE_INTERVAL,
        description="how often Flux fetches the repository when no webhook arrives",
    )
    credentials: GitCredentials = Field(
        default=GitCredentials.DEPLOY_KEY, description="what Flux clones it with"
    )


Controller = Literal[
    "source-controller",
    "kustomize-controller",
    "helm-controller",
    "notification-controller",
    "image-reflector-controller",
    "image-automation-controller",
    "source-watcher",
]


class FluxInstance(Group):
    """The FluxInstance from which flux-operator installs Flux.

    Source: flux-operator `docs/api/v1/fluxinstance.md`.
    """

    version: str = Field(default=defaults.FLUX_VERSION, description="version or range of Flux")
    registry: str = Field(
        default=defaults.FLUX_REGISTRY, description="registry of the controllers' images"
    )
    components: tuple[Controller, ...] = Field(
        default=cast(tuple[Controller, ...], defaults.FLUX_COMPONENTS),
        description="controllers to install",
    )


class Ephemeral(Group):
    """An environment for one pull request."""

    name: Name = Field(
        description="name of the environment, such as pr-42; it becomes a suffix of every name"
    )
    branch: Branch = Field(description="branch of the pull request")
    repository: str | None = Field(
        default=None, description="the only repository to deliver; all by default"
    )
