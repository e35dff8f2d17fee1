"""Inputs of an Application."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.application.commit_status import CommitStatusArgs
from components.application.delivery import DeliveryArgs
from components.application.deploy_key import DeployKeyOptions
from components.application.image import CommitterArgs, ImageOptions
from components.application.scaffold import ScaffoldArgs
from components.application.webhook import WebhookOptions
from components.entry.exposure import ExposureArgs
from components.flux.helm_release import HelmReleaseArgs
from components.flux.kustomization import KustomizationArgs
from components.flux.receiver import ReceiverArgs
from components.rules.choices import GitCredentials
from components.secrets.args import SecretsArgs, StoredSecret


class GithubAppCredentials(TypedDict):
    """A GitHub App as which Flux clones and writes commit statuses; a `GithubApp` stores its key."""

    app_id: int
    """Id of the App."""
    installation_id: int
    """Id of its installation on the owner."""
    private_key: StoredSecret
    """The App's private key."""


class GenerationsArgs(TypedDict):
    """Generations of keys and tokens that exist, each ascending; the last is used, and each defaults to 1 alone."""

    webhook_token: NotRequired[Sequence[int]]
    """Of the webhook token."""
    deploy_key: NotRequired[Sequence[int]]
    """Of the deploy key."""
    registry_token: NotRequired[Sequence[int]]
    """Of the image's token."""


class ApplicationArgs(TypedDict):
    """Inputs of an Application."""

    repository: str
    """`owner/name` of the GitHub repository; the GitHub provider must be the owner's."""
    instance: NotRequired[str]
    """Tells two Applications of one repository apart in names of objects and parameters; by default there is one."""
    exposure: ExposureArgs
    """How GitHub reaches Flux's webhook receiver."""
    object_name: NotRequired[str]
    """Name of the application's Flux objects; defaults to the names of repository and instance in lower case."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace in which Flux runs; defaults to flux-system."""
    branch: NotRequired[str]
    """Branch to deliver; defaults to main."""
    interval: NotRequired[pulumi.Input[str]]
    """How often Flux looks without a webhook, a duration; defaults to "1m"."""
    timeout: NotRequired[pulumi.Input[str]]
    """Longest duration of one clone; defaults to "60s"."""
    credentials: NotRequired[GitCredentials]
    """What Flux clones with; defaults to a deploy key."""
    deploy_key: NotRequired[DeployKeyOptions]
    """Options of the deploy key."""
    github_app: NotRequired[GithubAppCredentials]
    """The GitHub App, for credentials github-app, and for commit statuses without a token."""
    known_hosts: NotRequired[pulumi.Input[str]]
    """The Git server's host keys as a known_hosts file; by default they are read from GitHub's API."""
    kustomization: NotRequired[KustomizationArgs]
    """What is applied, and how; by default all manifests of the root."""
    helm_release: NotRequired[HelmReleaseArgs]
    """A Helm release in place of the Kustomization."""
    deliveries: NotRequired[Sequence[DeliveryArgs]]
    """Several deliveries of the repository, in place of `kustomization`, `helm_release` and `image`."""
    image: NotRequired[ImageOptions]
    """The container image, when the application has one of its own."""
    committer: NotRequired[CommitterArgs]
    """The bot that commits image tags."""
    commit_status: NotRequired[CommitStatusArgs]
    """Shows on GitHub whether a commit is applied; not with a Helm release. By default it is not shown."""
    scaffold: NotRequired[ScaffoldArgs]
    """First files to write into an empty repository; needs an image. By default nothing is written."""
    receiver: NotRequired[ReceiverArgs]
    """Options of the Receiver."""
    webhook: NotRequired[WebhookOptions]
    """Options of the GitHub webhook."""
    generations: NotRequired[GenerationsArgs]
    """Generations of its keys and tokens, for a rotation without a gap; defaults to the first of each."""
    secrets: NotRequired[SecretsArgs]
    """How secrets are stored and reach the cluster."""
