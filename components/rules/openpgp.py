"""OpenPGP encoding of a signing key that is a pure function of a 32-byte seed, a user ID and a passphrase.

What Flux accepts (image-automation-controller `internal/source/signing.go`): one entity, whose primary key signs;
only the primary key is decrypted, so there are no subkeys. What GitHub accepts: EdDSA, version 4. So: one version 4
ED25519 primary key (sign + certify), one user ID, no subkeys, never expiring.

Libraries draw the salt and the initialisation vector of a passphrase at random, which would change the parameter at
every `pulumi up`; here both come from the seed. Format: RFC 4880 with EdDSA as RFC 9580 calls `EdDSALegacy`.
"""

import base64
import hashlib
import hmac
import textwrap
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:  # cryptography moved CFB out of `modes` in version 49
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:
    from cryptography.hazmat.primitives.ciphers.modes import CFB

CREATED = 1704067200
"""Creation time of every key, 2024-01-01T00:00:00Z: part of the fingerprint, so it must never move."""

_EDDSA, _SHA256, _AES256 = 22, 8, 9
_ED25519_OID = bytes.fromhex("2b06010401da470f01")
_S2K_ITERATED, _S2K_COUNT = 3, 224  # RFC 4880 3.7.1.3: 16 << 20 bytes are hashed
_SECRET_KEY, _PUBLIC_KEY, _USER_ID, _SIGNATURE = 5, 6, 13, 2


@dataclass(frozen=True)
class OpenPgpKey:
    """One signing key. `user_id` is `Name <e-mail>`; `passphrase` empty means an unencrypted private key."""

    seed: bytes
    user_id: str
    passphrase: str = ""

    @property
    def fingerprint(self) -> str:
        """The version 4 fingerprint, 40 upper-case hexadecimal digits."""
        return self._fingerprint.hex().upper()

    @property
    def public_armor(self) -> str:
        """The ASCII-armored public key, as GitHub's `POST /user/gpg_keys` takes it."""
        return _armor("PUBLIC KEY BLOCK", _packet(_PUBLIC_KEY, self._public) + self._identity)

    @property
    def private_armor(self) -> str:
        """The ASCII-armored private key, as Flux takes it under `git.asc`."""
        return _armor("PRIVATE KEY BLOCK", _packet(_SECRET_KEY, self._secret) + self._identity)

    @property
    def _key(self) -> Ed25519PrivateKey:
        # The user ID goes into the key: a changed name or e-mail is another key, so GitHub takes the new one
        # before the old one is deleted, instead of refusing it as a duplicate.
        return Ed25519PrivateKey.from_private_bytes(self._derive(b"key", self.user_id, 32))

    @property
    def _public(self) -> bytes:
        point = _mpi(b"\x40" + self._key.public_key().public_bytes_raw())
        oid = bytes([len(_ED25519_OID)]) + _ED25519_OID
        return b"\x04" + CREATED.to_bytes(4, "big") + bytes([_EDDSA]) + oid + point

    @property
    def _fingerprint(self) -> bytes:
        return hashlib.sha1(_hashed_key(self._public), usedforsecurity=False).digest()

    @property
    def _secret(self) -> bytes:
        scalar = _mpi(self._key.private_bytes_raw())
        if not self.passphrase:
            return self._public + b"\x00" + scalar + (sum(scalar) % 65536).to_bytes(2, "big")
        # The user ID goes into both: it makes another key, which one passphrase must not encrypt in the same way.
        context = f"{self.user_id}\0{self.passphrase}"
        salt = self._derive(b"salt", context, 8)
        vector = self._derive(b"iv", context, 16)
        s2k = bytes([_S2K_ITERATED, _SHA256]) + salt + bytes([_S2K_COUNT])
        cipher = Cipher(algorithms.AES256(_s2k_key(self.passphrase, salt)), CFB(vector)).encryptor()
        checked = scalar + hashlib.sha1(scalar, usedforsecurity=False).digest()
        return self._public + bytes([254, _AES256]) + s2k + vector + cipher.update(checked)

    @property
    def _identity(self) -> bytes:
        """The user ID and the self-signature that binds it: certify + sign, primary user ID."""
        user_id = self.user_id.encode()
        hashed = b"".join(
            bytes([len(body) + 1, kind]) + body
            for kind, body in (
                (33, b"\x04" + self._fingerprint),
                (2, CREATED.to_bytes(4, "big")),
                (27, b"\x03"),
                (25, b"\x01"),
                (11, bytes([_AES256])),
                (21, bytes([_SHA256])),
                (30, b"\x01"),
            )
        )
        signed = bytes([4, 0x13, _EDDSA, _SHA256]) + len(hashed).to_bytes(2, "big") + hashed
        trailer = b"\x04\xff" + len(signed).to_bytes(4, "big")
        bound = _hashed_key(self._public) + b"\xb4" + len(user_id).to_bytes(4, "big") + user_id
        digest = hashlib.sha256(bound + signed + trailer).digest()
        signature = self._key.sign(digest)
        issuer = bytes([9, 16]) + self._fingerprint[-8:]
        body = signed + len(issuer).to_bytes(2, "big") + issuer + digest[:2]
        body += _mpi(signature[:32]) + _mpi(signature[32:])
        return _packet(_USER_ID, user_id) + _packet(_SIGNATURE, body)

    def _derive(self, purpose: bytes, context: str, length: int) -> bytes:
        message = b"openpgp " + purpose + b"\0" + context.encode()
        return hmac.digest(self.seed, message, "sha256")[:length]


def key_id(public_armor: str) -> str:
    """Return the last 16 digits of the fingerprint of a key that `public_armor` of an `OpenPgpKey` gave."""
    lines = public_armor.strip().splitlines()
    body = base64.b64decode("".join(lines[2:-2]))
    length, start = body[1], 2
    if length >= 192:
        length, start = ((length - 192) << 8) + body[2] + 192, 3
    key = _hashed_key(body[start : start + length])
    return hashlib.sha1(key, usedforsecurity=False).hexdigest()[-16:].upper()


def _s2k_key(passphrase: str, salt: bytes) -> bytes:
    count = (16 + (_S2K_COUNT & 15)) << ((_S2K_COUNT >> 4) + 6)
    unit = salt + passphrase.encode()
    whole, rest = divmod(max(count, len(unit)), len(unit))
    return hashlib.sha256(unit * whole + unit[:rest]).digest()


def _hashed_key(public: bytes) -> bytes:
    return b"\x99" + len(public).to_bytes(2, "big") + public


def _mpi(value: bytes) -> bytes:
    number = int.from_bytes(value, "big")
    bits = number.bit_length()
    return bits.to_bytes(2, "big") + number.to_bytes((bits + 7) // 8, "big")


def _packet(tag: int, body: bytes) -> bytes:
    if len(body) < 192:
        return bytes([0xC0 | tag, len(body)]) + body
    length = len(body) - 192
    return bytes([0xC0 | tag, (length >> 8) + 192, length & 255]) + body


def _armor(kind: str, body: bytes) -> str:
    crc = 0xB704CE
    for octet in body:
        crc ^= octet << 16
        for _ in range(8):
            crc = (crc << 1) ^ (0x1864CFB if crc & 0x800000 else 0)
    lines = textwrap.fill(base64.b64encode(body).decode(), 64)
    checksum = base64.b64encode(crc.to_bytes(3, "big")).decode()
    return f"-----BEGIN PGP {kind}-----\n\n{lines}\n={checksum}\n-----END PGP {kind}-----\n"
