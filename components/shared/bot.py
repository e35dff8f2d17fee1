"""The bot: its signing key, on its GitHub account and at rest."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.keys.key_pair import key_pair
from components.keys.openpgp_key import openpgp_key
from components.rules import parameter_names
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
    secrets: NotRequired[SecretsArgs]
    """How the private key is stored."""


class Bot(pulumi.ComponentResource):
    """The bot's signing key, its upload to GitHub, and its private half and passphrase at rest.

    Once per stack, however many applications the bot commits to: an organisation's token cannot add a user's key. An
    SSH key is not uploaded, because GitHub's provider has no resource for SSH signing keys (it has one for
    authentication keys, which do not verify commits): add it by hand, once, under Settings > SSH and GPG keys, as a
    signing key. The bot's account, and its right to push, are not created.

    Source: GitHub REST, "GPG keys"; GitHub, "About commit signature verification".
    """

    public_key: pulumi.Output[str]
    """The public key: ASCII-armored, or one line with SSH."""
    fingerprint: pulumi.Output[str] | None
    """Fingerprint of an OpenPGP key, 40 hexadecimal digits."""
    key_id: pulumi.Output[str] | None
    """The last 16 digits of the fingerprint, as GitHub lists the key."""
    signing_key: StoredSecret
    """The private key, for `committer` of an Application."""
    passphrase: StoredSecret | None
    """Its passphrase, if there is one."""

    def __init__(
        self, name: str, args: BotArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the key, upload it, store it."""
        super().__init__("fluxhook:index:Bot", name, {}, opts)
        secrets = Secrets(name, args.get("secrets", {}), self)
        signing = Signing(args.get("signing", Signing.OPENPGP))
        passphrase = args.get("passphrase")
        self.fingerprint = self.key_id = self.passphrase = None
        if signing is Signing.SSH:
            keys = key_pair(f"{name}/signing-key", self)
            private_key, self.public_key = keys.private_key, keys.public_key
        else:
            key = openpgp_key(
                f"{name}/signing-key", args["user_name"], args["email"], passphrase or "", self
            )
            private_key, self.public_key = key.private_key, key.public_key
            self.fingerprint = key.fingerprint
            self.key_id = github.UserGpgKey(
                f"{name}/gpg-key",
                armored_public_key=key.public_key,
                opts=pulumi.ResourceOptions(parent=self),
            ).key_id
        parameter = parameter_names.signing_key(secrets.prefix, args["login"], signing.value)
        self.signing_key = secrets.store("signing-key", parameter, private_key)
        if passphrase is not None:
            self.passphrase = secrets.store(
                "signing-passphrase", parameter_names.signing_passphrase(parameter), passphrase
            )
        self.parameters = secrets.parameters
        self.register_outputs({"public_key": self.public_key})
