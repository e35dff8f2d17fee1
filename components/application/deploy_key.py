"""A deploy key, from its seed to the Secret that Flux clones with."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.keys.host_keys import github_known_hosts
from components.keys.key_pair import key_pair
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.rules.kubernetes import object_name
from components.secrets.args import SecretsArgs
from components.secrets.data import ssh_identity
from components.secrets.secrets import Secrets


class DeployKeyOptions(TypedDict):
    """The deploy key of an application."""

    title: NotRequired[pulumi.Input[str]]
    """Title on GitHub; defaults to "flux"."""
    writable: NotRequired[pulumi.Input[bool]]
    """Whether the key may push; by default an Application's may if the bot commits. Another value replaces the key."""
    parameter: NotRequired[str]
    """SSM name of the private key; defaults to `<prefix>/<owner>/<repository>/deploy-key`."""


class DeployKeyArgs(TypedDict):
    """Inputs of a DeployKey."""

    repository: str
    """`owner/name` on GitHub; the provider must be the owner's."""
    key: NotRequired[DeployKeyOptions]
    """Options of the key; by default it is called flux and may only read."""
    object_name: NotRequired[str]
    """The Secret is called `<object_name>-git`; defaults to the repository's name."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of the Secret; defaults to flux-system."""
    known_hosts: NotRequired[pulumi.Input[str]]
    """The Git server's host keys as a known_hosts file; by default they are read from GitHub's API."""
    secrets: NotRequired[SecretsArgs]
    """How the private key is stored and reaches the cluster."""


class DeployKey(pulumi.ComponentResource):
    """An ED25519 key pair, the deploy key of one repository, its private half at rest, and the Secret for Flux.

    The key is derived from randomness in the state, so it is byte-identical at each run (docs/adr/0001). GitHub accepts
    a key only once over all repositories: one DeployKey serves one repository.

    Source: GitHub REST, "Deploy keys"; Flux `GitRepository.spec.secretRef`, "SSH authentication".
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret with identity, identity.pub and known_hosts; known once it exists."""
    key_id: pulumi.Output[str]
    """Identifier of the deploy key on GitHub, `repository:number`."""
    title: pulumi.Output[str]
    """Title on GitHub."""
    public_key: pulumi.Output[str]
    """The public key, one line."""

    def __init__(
        self, name: str, args: DeployKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the key pair, register its public half, and store its private half."""
        super().__init__("fluxhook:index:DeployKey", name, {}, opts)
        repository, options = args["repository"], args.get("key", {})
        repository_name = repository.partition("/")[2]
        secrets = Secrets(name, args.get("secrets", {}), self)
        keys = key_pair(f"{name}/deploy-key", self)
        writable = pulumi.Output.from_input(options.get("writable", False))
        deploy_key = github.RepositoryDeployKey(
            f"{name}/deploy-key",
            repository=repository_name,
            title=options.get("title", defaults.KEY_TITLE),
            key=keys.public_key,
            read_only=writable.apply(lambda may_push: not may_push),
            # GitHub accepts no key twice: the old one must be deleted before it returns with another right.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        parameter = options.get("parameter") or parameter_names.deploy_key(
            secrets.prefix, repository
        )
        identity = secrets.store("deploy-key", parameter, keys.private_key)
        known_hosts = args.get("known_hosts")
        if known_hosts is None:
            known_hosts = github_known_hosts(pulumi.InvokeOutputOptions(parent=self))
        place = Place(
            name,
            args.get("object_name", object_name(repository_name)),
            args.get("namespace", defaults.NAMESPACE),
            self,
        )
        data = ssh_identity(keys.public_key, known_hosts)
        self.secret_name = secrets.into_cluster(place, "git", {"identity": identity}, data)
        self.key_id = deploy_key.id
        self.title = deploy_key.title
        self.public_key = keys.public_key
        self.parameters = secrets.parameters
        self.register_outputs({"key_id": self.key_id, "public_key": self.public_key})
