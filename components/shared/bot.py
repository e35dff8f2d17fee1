"""The bot: its signing key, on its GitHub account and at rest."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.keys.key_pair import key_pair
from components.keys.openpgp_key import openpgp_key
from components.objects.known_after import known_after
from components.rules import generations, parameter_names
from components.rules.choices import Signing
from components.secrets.args import SecretsArgs, StoredSecret
from components.secrets.secrets import Secrets


class BotArgs(TypedDict):
    """Inputs of a Bot."""

    login: str
    """GitHub login of the bot; the GitHub provider must be the bot's own, with its token."""
    user_name: pulumi.Input[str]
    """Name in the bot's commits and in the key's user ID."""
    email: pulumi.Input[str]
    """E-mail address; GitHub says Verified only when it is a verified address of the bot's account."""
    signing: NotRequired[Signing]
    """Kind of key; defaults to openpgp."""
    passphrase: NotRequired[pulumi.Input[str]]
    """Secret passphrase of an OpenPGP key; defaults to none. It reaches the cluster, too."""
    generations: NotRequired[Sequence[int]]
    """Generations of the key that exist, ascending; the last signs. Defaults to 1 alone."""
    secrets: NotRequired[SecretsArgs]
    """How the private key is stored."""


class Bot(pulumi.ComponentResource):
    """The bot's signing key, its upload to GitHub, and its private half and passphrase at rest.

    Once per stack, however many applications the bot commits to: an organisation's token cannot add a user's key. An
    SSH key is not uploaded, because GitHub's provider has no resource for SSH signing keys (it has one for
    authentication keys, which do not verify commits): add it by hand, once, under Settings > SSH and GPG keys, as a
    signing key. The bot's account, and its right to push, are not created. Each generation of the key is uploaded and
    stored on its own.

    Source: GitHub REST, "GPG keys"; GitHub, "About commit signature verification".
    """

    public_key: pulumi.Output[str]
    """The public key: ASCII-armored, or one line with SSH."""
    fingerprint: pulumi.Output[str] | None
    """Fingerprint of an OpenPGP key, 40 hexadecimal digits."""
    key_id: pulumi.Output[str] | None
    """The last 16 digits of the fingerprint, as GitHub lists the key."""
    signing_key: StoredSecret
    """The private key that signs, for `committer` of an Application; known once GitHub has its public half."""
    passphrase: StoredSecret | None
    """Its passphrase, if there is one."""

    def __init__(
        self, name: str, args: BotArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the keys, upload them, store them."""
        super().__init__("fluxhook:index:Bot", name, {}, opts)
        self._name, self._args = name, args
        self._secrets = Secrets(name, args.get("secrets", {}), self)
        self._signing = Signing(args.get("signing", Signing.OPENPGP))
        self._parameter = parameter_names.signing_key(
            self._secrets.prefix, args["login"], self._signing.value
        )
        self.fingerprint = self.key_id = self.passphrase = None
        for generation in generations.checked(name, args.get("generations", generations.FIRST)):
            private_key = self._key(generation)
            self.signing_key = self._secrets.of(generation).store(
                "signing-key", self._parameter, private_key
            )
        # A person chooses it, so that it has no generation.
        if (passphrase := args.get("passphrase")) is not None:
            self.passphrase = self._secrets.store(
                "signing-passphrase",
                parameter_names.signing_passphrase(self._parameter),
                passphrase,
            )
        self.parameters = self._secrets.parameters
        self.register_outputs({"public_key": self.public_key})

    def _key(self, generation: int) -> pulumi.Output[str]:
        """Create one generation of the key and upload it; return its private half."""
        args, name = self._args, f"{self._name}/signing-key"
        if self._signing is Signing.SSH:
            keys = key_pair(name, generation, self)
            self.public_key = keys.public_key
            return keys.private_key
        key = openpgp_key(
            name, args["user_name"], args["email"], args.get("passphrase", ""), generation, self
        )
        uploaded = github.UserGpgKey(
            f"{self._name}/gpg-key{generations.suffix(generation)}",
            armored_public_key=key.public_key,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.public_key, self.fingerprint = key.public_key, key.fingerprint
        self.key_id = uploaded.key_id
        # No commit must be signed by a key that GitHub does not have yet.
        return known_after(uploaded, key.private_key)
