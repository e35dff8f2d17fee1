"""The bot's SSH signing key: the alternative to OpenPGP."""

from typing import TypedDict

import pulumi

from components import _openssh
from components._seed import seed


class SshSigningKeyArgs(TypedDict):
    """Inputs of an SshSigningKey: none."""


class SshSigningKey(pulumi.ComponentResource):
    """One ED25519 key pair in OpenSSH form, made once.

    Its public half is not uploaded: GitHub's provider has no resource for SSH signing keys (it has one for
    authentication keys, which GitHub does not verify commits with). It is added by hand, once, under Settings >
    SSH and GPG keys, as a *signing key*.

    Source: image-automation-controller `internal/source/signing.go`; GitHub, "About commit signature verification".
    """

    private_key: pulumi.Output[str]
    """Secret: the private key in OpenSSH form, without a passphrase, for `identity`."""
    public_key: pulumi.Output[str]
    """The public key, one line."""

    def __init__(
        self, name: str, args: SshSigningKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the key pair."""
        super().__init__("fluxhook:index:SshSigningKey", name, {}, opts)
        key = seed(f"{name}-ssh-signing-key", pulumi.ResourceOptions(parent=self))
        self.private_key = key.apply(_openssh.private_key)
        self.public_key = pulumi.Output.unsecret(key.apply(_openssh.public_key))
        self.register_outputs({"public_key": self.public_key})
