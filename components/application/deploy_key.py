"""A deploy key, from its seed to the Secret that Flux clones with."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.keys.host_keys import github_known_hosts
from components.keys.key_pair import key_pair
from components.objects.known_after import known_after
from components.objects.place import Place
from components.rules import defaults, generations, parameter_names
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
    generations: NotRequired[Sequence[int]]
    """Generations of the key that exist, ascending; Flux uses the last. Defaults to 1 alone."""
    secrets: NotRequired[SecretsArgs]
    """How the private key is stored and reaches the cluster."""


class DeployKey(pulumi.ComponentResource):
    """An ED25519 key pair, the deploy key of one repository, its private half at rest, and the Secret for Flux.

    The key is derived from randomness in the state, so it is byte-identical at each run (docs/adr/0001). GitHub accepts
    a key only once over all repositories: one DeployKey serves one repository. Each generation is a key of its own on
    GitHub, with its own parameter and Secret.

    Source: GitHub REST, "Deploy keys"; Flux `GitRepository.spec.secretRef`, "SSH authentication".
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret with identity, identity.pub and known_hosts; known once it exists and GitHub has the key."""
    key_id: pulumi.Output[str]
    """Identifier of the deploy key on GitHub, `repository:number`."""
    title: pulumi.Output[str]
    """Title on GitHub."""
    public_key: pulumi.Output[str]
    """The public key, one line."""

    def __init__(
        self, name: str, args: DeployKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the key pairs, register their public halves, and store their private halves."""
        super().__init__("fluxhook:index:DeployKey", name, {}, opts)
        self._args, repository_name = args, args["repository"].partition("/")[2]
        known_hosts = args.get("known_hosts")
        if known_hosts is None:
            known_hosts = github_known_hosts(pulumi.InvokeOutputOptions(parent=self))
        self._place = Place(
            name,
            args.get("object_name", object_name(repository_name)),
            args.get("namespace", defaults.NAMESPACE),
            self,
        )
        self._secrets = Secrets(name, args.get("secrets", {}), self)
        for generation in generations.checked(name, args.get("generations", generations.FIRST)):
            deploy_key, self.public_key, self.secret_name = self._add(generation, known_hosts)
        self.key_id = deploy_key.id
        self.title = deploy_key.title
        self.parameters = self._secrets.parameters
        self.register_outputs({"key_id": self.key_id, "public_key": self.public_key})

    def _add(
        self, generation: int, known_hosts: pulumi.Input[str]
    ) -> tuple[github.RepositoryDeployKey, pulumi.Output[str], pulumi.Output[str]]:
        """Create one generation of the key; return it as GitHub has it, its public half and the name of its Secret."""
        repository, options = self._args["repository"], self._args.get("key", {})
        secrets, place = self._secrets.of(generation), self._place.of(generation)
        keys = key_pair(f"{place.name}/deploy-key", generation, self)
        writable = pulumi.Output.from_input(options.get("writable", False))
        deploy_key = github.RepositoryDeployKey(
            place.logical_name("deploy-key"),
            repository=repository.partition("/")[2],
            title=pulumi.Output.concat(
                options.get("title", defaults.KEY_TITLE), generations.suffix(generation)
            ),
            key=keys.public_key,
            read_only=writable.apply(lambda may_push: not may_push),
            # GitHub accepts no key twice: the old one must be deleted before it returns with another right.
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, hide_diffs=["etag"]
            ),
        )
        parameter = options.get("parameter") or parameter_names.deploy_key(
            secrets.prefix, repository
        )
        stored = {"identity": secrets.store("deploy-key", parameter, keys.private_key)}
        data = ssh_identity(keys.public_key, known_hosts)
        secret_name = secrets.into_cluster(place, "git", stored, data)
        # Flux must not try a key that GitHub does not have yet.
        return deploy_key, keys.public_key, known_after(deploy_key, secret_name)
