"""The bot's signing key: an OpenPGP key pair, and its public half on the bot's GitHub account."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components._openpgp import OpenPgpKey
from components._seed import seed


class SigningKeyArgs(TypedDict):
    """Inputs of a SigningKey."""

    user_name: pulumi.Input[str]
    """Name in the user ID, as it stands in the bot's commits."""
    email: pulumi.Input[str]
    """E-mail in the user ID; GitHub says Verified only when it is a verified address of the bot's account."""
    passphrase: NotRequired[pulumi.Input[str]]
    """Passphrase of the private key; defaults to none. It must reach the cluster too."""


class SigningKey(pulumi.ComponentResource):
    """One OpenPGP version 4 ED25519 primary key (sign + certify, no subkeys), made once, and its upload to GitHub.

    Made once per bot, through the bot's own GitHub provider: an organisation's token cannot add a user's key.
    Derived from randomness in the state (docs/adr/0001); a changed name or e-mail is a new key.

    Source: GitHub REST, "GPG keys"; image-automation-controller `internal/source/signing.go`.
    """

    private_key: pulumi.Output[str]
    """Secret: the ASCII-armored private key, for `git.asc`."""
    public_key: pulumi.Output[str]
    """The ASCII-armored public key."""
    fingerprint: pulumi.Output[str]
    """40 hexadecimal digits."""
    key_id: pulumi.Output[str]
    """The last 16 digits of the fingerprint, as GitHub lists the key."""

    def __init__(
        self, name: str, args: SigningKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the key pair and upload its public half."""
        super().__init__("fluxhook:index:SigningKey", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        user_id = pulumi.Output.concat(args["user_name"], " <", args["email"], ">")
        passphrase = pulumi.Output.secret(args.get("passphrase", ""))

        drawn = seed(f"{name}-signing-key", child)
        key = pulumi.Output.all(drawn, user_id, passphrase).apply(lambda parts: OpenPgpKey(*parts))
        self.private_key = pulumi.Output.secret(key.apply(lambda k: k.private_armor))
        self.public_key = pulumi.Output.unsecret(key.apply(lambda k: k.public_armor))
        self.fingerprint = pulumi.Output.unsecret(key.apply(lambda k: k.fingerprint))

        uploaded = github.UserGpgKey(
            f"{name}-gpg-key", armored_public_key=self.public_key, opts=child
        )
        self.key_id = uploaded.key_id
        self.register_outputs({"fingerprint": self.fingerprint, "key_id": self.key_id})
