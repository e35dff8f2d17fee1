"""OpenSSH encoding of an ED25519 key that is a pure function of its 32-byte seed.

`cryptography` and `ssh-keygen` put a random check integer into the private key, so the same key would be written
differently at every `pulumi up`. Here the check integer comes from the seed: same seed, same bytes.

Format: OpenSSH `PROTOCOL.key` (openssh-key-v1) and RFC 8709 for the key blobs.
"""

import base64
import hashlib
import textwrap

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = b"ssh-ed25519"
_BLOCK = 8  # padding block of the cipher "none"


def public_key(seed: bytes) -> str:
    """The one-line public key, `ssh-ed25519 <base64>`; without a comment, since GitHub drops it."""
    return f"{ALGORITHM.decode()} {base64.b64encode(_public_blob(seed)).decode()}"


def private_key(seed: bytes) -> str:
    """The unencrypted private key in OpenSSH form, with the final newline that OpenSSH insists on."""
    check = hashlib.sha256(b"openssh check integer" + seed).digest()[:4]
    blob = _public_blob(seed)
    private = check + check + blob + _string(seed + _public_bytes(seed)) + _string(b"")
    private += bytes(range(1, 1 + -len(private) % _BLOCK))
    body = b"openssh-key-v1\0" + _string(b"none") + _string(b"none") + _string(b"")
    body += (1).to_bytes(4, "big") + _string(blob) + _string(private)
    lines = textwrap.fill(base64.b64encode(body).decode(), 70)
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----\n"


def _public_bytes(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _public_blob(seed: bytes) -> bytes:
    return _string(ALGORITHM) + _string(_public_bytes(seed))


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
