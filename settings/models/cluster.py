"""What a stack says about its cluster as a whole, and about its credentials."""

from typing import Literal

from pydantic import Field

from components.values.types import Branch, Directory, Duration, Name, Values


class SecretStore(Values):
    """The ClusterSecretStore, when the stack makes it."""

    region: str = Field(
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="AWS region of the parameters"
    )
    role: str | None = Field(
        default=None, pattern=r"^arn:", description="ARN of the role to take for reading"
    )


class Secrets(Values):
    """How secrets reach the cluster."""

    backend: Literal["external-secrets", "kubernetes"] = Field(
        default="external-secrets",
        description="external-secrets: through SSM; kubernetes: written by Pulumi, without AWS",
    )
    store: SecretStore | None = Field(
        default=None, description="makes the ClusterSecretStore too; else it is only referred to"
    )


class GithubApp(Values):
    """A GitHub App that is installed on the owner."""

    id: int = Field(ge=1, description="id of the GitHub App")
    installation_id: int = Field(ge=1, description="id of its installation on the owner")


class ClusterSync(Values):
    """What `flux bootstrap github` leaves behind: the cluster's own source and Kustomization."""

    repository: str = Field(description="`name`, or `owner/name`, of the repository of clusters")
    path: Directory = Field(description="directory of this cluster, such as ./clusters/production")
    branch: Branch = Field(default="main", description="branch that the cluster follows")
    name: Name = Field(
        default="flux-system", description="name of the GitRepository and the Kustomization"
    )
    interval: Duration = Field(
        default="1m", description="how often Flux looks at the clusters' repository"
    )
    credentials: Literal["deploy-key", "github-app"] = Field(
        default="deploy-key", description="what Flux clones it with: deploy-key, or github-app"
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


class FluxInstance(Values):
    """The FluxInstance from which flux-operator installs Flux.

    Source: flux-operator `docs/api/v1/fluxinstance.md`.
    """

    version: str = Field(default="2.9.x", description="version or range of Flux")
    registry: str = Field(
        default="ghcr.io/fluxcd", description="registry of the controllers' images"
    )
    components: tuple[Controller, ...] = Field(
        default=(
            "source-controller",
            "kustomize-controller",
            "helm-controller",
            "notification-controller",
            "image-reflector-controller",
            "image-automation-controller",
        ),
        description="controllers to install",
    )


class Ephemeral(Values):
    """An environment for one pull request."""

    name: Name = Field(description="name of the environment, such as pr-42: a suffix of every name")
    branch: Branch = Field(description="branch to deliver, the pull request's")
    repository: str | None = Field(
        default=None, description="the only repository to deliver; every one by default"
    )
