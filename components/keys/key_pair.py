"""ED25519 key pairs in OpenSSH form."""

from dataclasses import dataclass

import pulumi

from components.keys.seed import seed
from components.rules import openssh


@dataclass(frozen=True)
class KeyPair:
    """An ED25519 key pair."""

    private_key: pulumi.Output[str]
    """Secret: the private key in OpenSSH form, without passphrase, with its final newline."""
    public_key: pulumi.Output[str]
    """The public key, one line."""


def key_pair(name: str, generation: int, parent: pulumi.Resource) -> KeyPair:
    """Derive a key pair from a seed, so that it is byte-identical at every run (docs/adr/0001)."""
    secret = seed(name, generation, parent)
    return KeyPair(
        secret.apply(openssh.private_key),
        # GitHub shows a public key to everybody, and hiding it would hide it in previews, too.
        pulumi.Output.unsecret(secret.apply(openssh.public_key)),
    )
