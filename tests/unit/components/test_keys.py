"""The keys, judged by those who will read them: OpenSSH, GnuPG and Sequoia."""

import base64
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pysequoia
import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from components.rules import openssh
from components.rules.openpgp import OpenPgpKey

SEEDS = st.binary(min_size=32, max_size=32)
USER_ID = "Developer Friendly Bot <github@developer-friendly.blog>"
PASSPHRASES = ["", "correct horse " + "ü" * 3]


def run(command: Sequence[str | Path], text: str = "") -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def gnupg(tmp_path: Path) -> Iterator[list[str | Path]]:
    """gpg with a home of its own; the agent it starts ends with the test."""
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    yield ["gpg", "--homedir", home, "--batch", "--pinentry-mode", "loopback"]
    run(["gpgconf", "--homedir", home, "--kill", "all"])


def test_ssh_keygen_reads_the_private_key_and_finds_the_same_public_key(tmp_path: Path) -> None:
    seed = bytes(range(32))
    file = tmp_path / "identity"
    file.write_text(openssh.private_key(seed))
    file.chmod(0o600)
    assert run(["ssh-keygen", "-y", "-f", file]).strip() == openssh.public_key(seed)


@given(SEEDS)
def test_every_seed_makes_a_deploy_key_that_a_second_reader_accepts(seed: bytes) -> None:
    text = openssh.private_key(seed)
    assert text == openssh.private_key(seed)
    assert text.endswith("-----END OPENSSH PRIVATE KEY-----\n")
    assert load_ssh_private_key(text.encode(), None).private_bytes_raw() == seed  # type: ignore[union-attr]


@pytest.mark.parametrize("passphrase", PASSPHRASES, ids=["without passphrase", "with passphrase"])
def test_gpg_imports_the_signing_key_and_signs_with_it(
    passphrase: str, gnupg: list[str | Path], tmp_path: Path
) -> None:
    key = OpenPgpKey(bytes(range(32)), USER_ID, passphrase)
    run([*gnupg, "--import"], key.private_armor)
    (tmp_path / "passphrase").write_text(passphrase)
    signed = run([*gnupg, "--passphrase-file", tmp_path / "passphrase", "--clearsign"], "commit\n")
    status = run([*gnupg, "--status-fd", "1", "--verify"], signed)
    assert f"VALIDSIG {key.fingerprint}" in status
    listing = run([*gnupg, "--with-colons", "--list-secret-keys"])
    assert listing.count("\nssb:") == 0, "Flux decrypts only the primary key"
    assert f":{USER_ID}:" in listing


@pytest.mark.parametrize("passphrase", PASSPHRASES, ids=["without passphrase", "with passphrase"])
@given(seed=SEEDS)
@settings(max_examples=30)
def test_sequoia_accepts_every_key_and_reads_the_same_fingerprint(
    passphrase: str, seed: bytes
) -> None:
    key = OpenPgpKey(seed, USER_ID, passphrase)
    cert = pysequoia.Cert.from_bytes(key.private_armor.encode())
    assert cert.fingerprint.upper() == key.fingerprint
    assert [str(user_id) for user_id in cert.user_ids] == [USER_ID]
    assert cert.expiration is None
    assert pysequoia.Cert.from_bytes(key.public_armor.encode()).fingerprint == cert.fingerprint


@given(SEEDS, st.text(max_size=40))
@settings(max_examples=20)
def test_a_signing_key_is_the_same_bytes_on_every_run(seed: bytes, passphrase: str) -> None:
    first, again = (OpenPgpKey(seed, USER_ID, passphrase) for _ in range(2))
    assert first.private_armor == again.private_armor


def test_a_new_passphrase_keeps_the_public_key_and_a_new_user_id_does_not() -> None:
    key = OpenPgpKey(bytes(32), USER_ID)
    assert OpenPgpKey(bytes(32), USER_ID, "other").public_armor == key.public_armor
    assert OpenPgpKey(bytes(32), "Other <other@example.com>").fingerprint != key.fingerprint


@given(SEEDS, st.text(max_size=40))
@settings(max_examples=20)
def test_two_user_ids_share_neither_salt_nor_vector_nor_key_nor_ciphertext(
    seed: bytes, passphrase: str
) -> None:
    passphrase = passphrase or "passphrase"
    first, second = (encrypted(OpenPgpKey(seed, name, passphrase)) for name in (USER_ID, "B <b@c>"))
    for name, one, other in zip(first._fields, first, second, strict=True):
        assert one != other, name


class Encrypted(NamedTuple):
    """The parts of an encrypted private key."""

    salt: bytes
    vector: bytes
    public: bytes
    start: bytes
    """The first block of the ciphertext: with one vector and one passphrase it would give away XORs of two keys."""


def encrypted(key: OpenPgpKey) -> Encrypted:
    """Takes a private key apart. Source: RFC 4880 5.5.3: public, 254, cipher, S2K (kind, hash, salt, count), vector."""
    lines = key.private_armor.strip().splitlines()
    packet = base64.b64decode("".join(lines[2:-2]))[2:]
    public, rest = packet[:51], packet[51:]
    assert rest[:4] == bytes([254, 9, 3, 8]), "AES-256, an iterated S2K of SHA-256"
    return Encrypted(rest[4:12], rest[13:29], public, rest[29:45])


def test_a_signing_key_fits_the_standard_tier_many_times() -> None:
    assert len(OpenPgpKey(bytes(32), USER_ID, "passphrase").private_armor) < 4096 / 4
