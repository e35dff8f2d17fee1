"""SSH public keys as GitHub takes them: for deploy keys and for signing keys."""

import asyncssh
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lab.github.model.errors import invalid

INVALID = "key is invalid. You must supply a key in OpenSSH public key format"
IN_USE = "key is already in use"

WEAKEST_RSA = 2048
"""Bits; GitHub refuses shorter RSA keys."""

KEY_TYPES = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)


def bare(key: asyncssh.SSHKey) -> str:
    """A public key as type and base64: its comment is no part of it."""
    return " ".join(key.export_public_key().decode().split()[:2])


def read_key(text: str) -> tuple[asyncssh.SSHKey, str]:
    """Reads a public key in one line, and its comment.

    Raises:
        GitHubError: 422, it is none that GitHub takes.
    """
    parts = text.split()
    if len(parts) < 2 or parts[0] not in KEY_TYPES:
        raise invalid("PublicKey", INVALID, field="key")
    try:
        public = asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError):
        raise invalid("PublicKey", INVALID, field="key") from None
    rsa = public.pyca_key
    if isinstance(rsa, RSAPublicKey) and rsa.key_size < WEAKEST_RSA:
        raise invalid("PublicKey", INVALID, field="key")
    return public, " ".join(parts[2:])
