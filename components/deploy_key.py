"""A deploy key: the private key that Flux pulls with, and its public half on the GitHub repository."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components import _openssh
from components._seed import seed

DEFAULT_TITLE = "flux"
"""Title shown under Settings > Deploy keys."""


class DeployKeyArgs(TypedDict):
    """Inputs of a DeployKey."""

    repository: pulumi.Input[str]
    """Name of the repository, without its owner: the owner is the provider's."""
    title: NotRequired[pulumi.Input[str]]
    """Title on GitHub; defaults to "flux"."""
    writable: NotRequired[pulumi.Input[bool]]
    """Whether the key may push; defaults to False. Only image automation needs it.
    Another one replaces the key on GitHub."""


class DeployKey(pulumi.ComponentResource):
    """One ED25519 key pair, made once, and the deploy key of one repository.

    The key is derived from randomness that rests encrypted in the state, so it is byte-identical at every run
    (docs/adr/0001). GitHub takes a key only once over all repositories: one DeployKey serves one repository.
    Where the private key is stored is not decided here: that is a Parameter.

    Source: GitHub REST, "Deploy keys"; Flux `GitRepository.spec.secretRef`, "SSH authentication".
    """

    private_key: pulumi.Output[str]
    """Secret: the private key in OpenSSH form, with its final newline."""
    public_key: pulumi.Output[str]
    """The public key, one line."""
    key_id: pulumi.Output[str]
    """Identifier of the deploy key on GitHub, `repository:number`."""
    title: pulumi.Output[str]
    """Title on GitHub."""
    repository: pulumi.Output[str]
    """Name of the repository."""

    def __init__(
        self, name: str, args: DeployKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the key pair and register its public half."""
        super().__init__("fluxhook:index:DeployKey", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = seed(f"{name}-deploy-key", child)
        self.private_key = key.apply(_openssh.private_key)
        # A public key is public: GitHub shows it to everybody, and hiding it would hide it in previews too.
        self.public_key = pulumi.Output.unsecret(key.apply(_openssh.public_key))

        deploy_key = github.RepositoryDeployKey(
            f"{name}-deploy-key",
            repository=args["repository"],
            title=args.get("title", DEFAULT_TITLE),
            key=self.public_key,
            read_only=pulumi.Output.from_input(args.get("writable", False)).apply(lambda w: not w),
            # GitHub takes no key twice, so the old one must be gone before it comes back with another right.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.key_id = deploy_key.id
        self.title = deploy_key.title
        self.repository = deploy_key.repository
        self.register_outputs({"key_id": self.key_id, "public_key": self.public_key})
