"""The container image of an application: its pull Secret, and the bot that commits the newest tag."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.flux.image_automation import ImageObjects, ImagePolicyArgs
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults, generations, parameter_names
from components.rules.choices import Signing
from components.secrets.args import SecretsArgs, StoredSecret
from components.secrets.data import DOCKER_CONFIG, docker_config, renamed_keys
from components.secrets.secrets import Secrets


class ImageOptions(TypedDict):
    """The container image of an application."""

    name: str
    """Image name with its registry, without tag or digest."""
    username: NotRequired[str]
    """User who pulls a private image; defaults to the repository's owner."""
    token: NotRequired[pulumi.Input[str]]
    """Secret token that pulls a private image; left out for a public one."""
    parameter: NotRequired[str]
    """SSM name of the token; defaults to `<prefix>/<owner>/<repository>/ghcr-token`."""
    automation: NotRequired[bool]
    """Whether the bot commits the newest tag to the branch; defaults to True when there is a bot."""
    interval: NotRequired[pulumi.Input[str]]
    """How often Flux looks at the registry and the branch, a duration; defaults to "1m"."""
    policy: NotRequired[ImagePolicyArgs]
    """Which tag is the newest; by default the highest number."""


class CommitterArgs(TypedDict):
    """The bot that commits image tags; a `Bot` makes its key."""

    name: pulumi.Input[str]
    """Name in the commits."""
    email: pulumi.Input[str]
    """E-mail address in the commits."""
    signing: NotRequired[Signing]
    """Kind of the signing key; defaults to openpgp."""
    signing_key: StoredSecret
    """Private half of the signing key."""
    passphrase: NotRequired[StoredSecret]
    """Passphrase of an OpenPGP key; defaults to none."""


class ImageArgs(TypedDict):
    """Inputs of an Image."""

    repository: str
    """`owner/name` of the application's repository."""
    image: ImageOptions
    """The image."""
    object_name: str
    """Name of the Flux objects, and first part of the Secrets' names; the markers in the manifests use it."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of all of them; defaults to flux-system."""
    source_name: pulumi.Input[str]
    """Name of the GitRepository, whose deploy key must be writable."""
    branch: pulumi.Input[str]
    """The branch to commit to."""
    path: str
    """Directory whose markers are followed, beginning with `./`."""
    committer: NotRequired[CommitterArgs]
    """The bot; without one nothing is committed."""
    generations: NotRequired[Sequence[int]]
    """Generations of the token that exist, ascending; the last has the token. Defaults to 1 alone."""
    secrets: NotRequired[SecretsArgs]
    """How secrets are stored and reach the cluster."""


class Image(pulumi.ComponentResource):
    """The pull Secret `<object_name>-docker` of a private image, and, if a bot commits, the objects that update tags.

    These are ImageRepository, ImagePolicy, ImageUpdateAutomation and a Secret with the bot's signing key. Each
    generation of the token has a pull Secret; a former one keeps the token that it had, for what still names it.
    """

    def __init__(
        self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the Secrets and the Flux objects."""
        super().__init__("fluxhook:index:Image", name, {}, opts)
        self._secrets = Secrets(name, args.get("secrets", {}), self)
        namespace = args.get("namespace", defaults.NAMESPACE)
        self._place = Place(name, args["object_name"], namespace, self)
        image = args["image"]
        pull_secret_name = self._pull_secret(name, args)
        self.automation: CustomObject | None = None
        committer = args.get("committer")
        if committer and image.get("automation", True):
            objects = ImageObjects(self._place, image.get("interval", defaults.IMAGE_INTERVAL))
            image_repository = objects.repository(image["name"], pull_secret_name)
            policy = objects.policy(image_repository, image.get("policy", {}))
            self.automation = objects.automation(
                policy,
                args["source_name"],
                args["branch"],
                args["path"],
                {"name": committer["name"], "email": committer["email"]},
                self._signing_key(committer),
            )
        self.parameters = self._secrets.parameters
        self.register_outputs({})

    def _pull_secret(self, name: str, args: ImageArgs) -> pulumi.Output[str] | None:
        image, repository = args["image"], args["repository"]
        token, names = image.get("token"), []
        if token is None:
            return None
        prefix = self._secrets.prefix
        parameter = image.get("parameter") or parameter_names.registry_token(prefix, repository)
        data = docker_config(image["name"], image.get("username") or repository.partition("/")[0])
        numbers = generations.checked(name, args.get("generations", generations.FIRST))
        for generation in numbers:
            secrets = self._secrets.of(generation, keeps_values=generation != numbers[-1])
            stored = {"token": secrets.store("registry-token", parameter, token)}
            names.append(secrets.into_cluster(self._place, "docker", stored, data, DOCKER_CONFIG))
        return names[-1]

    def _signing_key(
        self, committer: CommitterArgs
    ) -> dict[str, str | dict[str, pulumi.Output[str]]]:
        """`spec.git.commit.signingKey` of an ImageUpdateAutomation, and its Secret."""
        stored = {"key": committer["signing_key"]}
        if Signing(committer.get("signing", Signing.OPENPGP)) is Signing.SSH:
            kind, purpose, keys = "ssh", "sshkey", {"identity": "key"}
        else:
            kind, purpose, keys = "gpg", "gpgkey", {"git.asc": "key"}
            if "passphrase" in committer:
                stored["passphrase"] = committer["passphrase"]
                keys["passphrase"] = "passphrase"  # noqa: S105 - the name of a key
        secrets = self._secrets.of(committer["signing_key"].get("generation", 1))
        secret_name = secrets.into_cluster(self._place, purpose, stored, renamed_keys(keys))
        return {"type": kind, "secretRef": {"name": secret_name}}
