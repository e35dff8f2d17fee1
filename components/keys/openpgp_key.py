"""OpenPGP keys that sign commits."""

from dataclasses import dataclass

import pulumi

from components.keys.seed import seed
from components.rules.openpgp import OpenPgpKey as Key


@dataclass(frozen=True)
class OpenPgpKey:
    """An OpenPGP version 4 ED25519 primary key (sign and certify), without subkeys."""

    private_key: pulumi.Output[str]
    """Secret: the ASCII-armored private key, for `git.asc`."""
    public_key: pulumi.Output[str]
    """The ASCII-armored public key."""
    fingerprint: pulumi.Output[str]
    """40 hexadecimal digits."""


def openpgp_key(
    name: str,
    user_name: pulumi.Input[str],
    email: pulumi.Input[str],
    passphrase: pulumi.Input[str],
    generation: int,
    parent: pulumi.Resource,
) -> OpenPgpKey:
    """Derive a key from a seed (docs/adr/0001); another name or e-mail address gives another key.

    `passphrase` may be empty.

    Source: image-automation-controller `internal/source/signing.go`.
    """
    user_id = pulumi.Output.concat(user_name, " <", email, ">")
    drawn = seed(name, generation, parent)
    parts = pulumi.Output.all(drawn, user_id, pulumi.Output.secret(passphrase))
    key = parts.apply(lambda known: Key(*known))
    return OpenPgpKey(
        pulumi.Output.secret(key.apply(lambda k: k.private_armor)),
        pulumi.Output.unsecret(key.apply(lambda k: k.public_armor)),
        pulumi.Output.unsecret(key.apply(lambda k: k.fingerprint)),
    )
