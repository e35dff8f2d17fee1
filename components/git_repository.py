"""The source: Flux's view of one branch of the application repository."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_SOURCE

DEFAULT_BRANCH = "main"
DEFAULT_INTERVAL = "1m"
"""The safety net for a lost delivery: GitHub never repeats one by itself."""
DEFAULT_TIMEOUT = "60s"


class GitRepositoryArgs(TypedDict):
    """Inputs of a GitRepository."""

    object_name: pulumi.Input[str]
    """Name of the object."""
    namespace: pulumi.Input[str]
    """Namespace of the object and of its Secret."""
    repository: pulumi.Input[str]
    """`owner/name` on GitHub."""
    secret_name: pulumi.Input[str]
    """Secret with identity, identity.pub and known_hosts; or with githubAppID, githubAppInstallationID and
    githubAppPrivateKey."""
    github_app: NotRequired[bool]
    """Whether Flux clones over HTTPS as a GitHub App, in place of SSH with a deploy key; defaults to False."""
    branch: NotRequired[pulumi.Input[str]]
    """Branch to follow; defaults to "main"."""
    interval: NotRequired[pulumi.Input[str]]
    """How often Flux looks without being told, a duration; defaults to "1m"."""
    timeout: NotRequired[pulumi.Input[str]]
    """Longest duration of one clone; defaults to "60s"."""


class GitRepository(pulumi.ComponentResource):
    """One GitRepository, over SSH or as a GitHub App.

    Not awaited: an empty repository must not keep its own webhook from being made.

    Source: source-controller `docs/spec/v1/gitrepositories.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the object; known once it exists."""

    def __init__(
        self, name: str, args: GitRepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the GitRepository."""
        super().__init__("fluxhook:index:GitRepository", name, {}, opts)
        github_app = args.get("github_app", False)
        host = "https://github.com/" if github_app else "ssh://git@github.com/"
        source = CustomResource(
            f"{name}-git-repository",
            api_version=FLUX_SOURCE,
            kind="GitRepository",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": DELETED_BY_FLUX,
            },
            spec={
                "url": pulumi.Output.concat(host, args["repository"]),
                **({"provider": "github"} if github_app else {}),
                "ref": {"branch": args.get("branch", DEFAULT_BRANCH)},
                "interval": args.get("interval", DEFAULT_INTERVAL),
                "timeout": args.get("timeout", DEFAULT_TIMEOUT),
                "secretRef": {"name": args["secret_name"]},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.object_name = after(source, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
