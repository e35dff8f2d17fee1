"""Whether GitHub would call a commit verified: its OpenPGP or SSH signature against users' keys."""

import binascii
import struct
from datetime import datetime

import asyncssh
import pysequoia
from asyncssh.sshsig import import_allowed_signers
from dulwich.objects import Commit
from pysequoia import Cert, Sig

from lab.github.git.reading import person
from lab.github.model.errors import JsonObject
from lab.github.model.records import Account, GpgKey
from lab.github.model.store import Repository, Store, now
from lab.github.model.views import timestamp

_SSH_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_SSH_HEAD = 14
"""Bytes before the public key: `SSHSIG`, the version and the key's length."""


def verification(store: Store, item: Repository, commit: Commit) -> JsonObject:
    """GitHub's `verification` of a commit of `item`.

    What was verified once stays so, whatever becomes of the key: GitHub records it at the push, or later when the key
    arrives later (GitHub, "About commit signature verification", Persistent commit signature verification).

    The reasons are those of GitHub's page on commits: `unsigned`, `unknown_signature_type`,
    `malformed_signature`, `unknown_key`, `invalid`, `no_user`, `bad_email`, `unverified_email`
    and `valid`.
    """
    if commit.gpgsig is None:
        return _said("unsigned", None, None)
    signature, payload = commit.gpgsig.decode(), commit.raw_without_sig().decode(errors="replace")
    number = commit.id.decode()
    reason = "valid" if number in item.verified else _reason(store, commit, signature)
    if reason == "valid":
        item.verified.setdefault(number, now())
    return _said(reason, signature, payload, item.verified.get(number))


def _said(
    reason: str, signature: str | None, payload: str | None, at: datetime | None = None
) -> JsonObject:
    return {
        "verified": reason == "valid",
        "reason": reason,
        "signature": signature,
        "payload": payload,
        "verified_at": timestamp(at) if at else None,
    }


def _reason(store: Store, commit: Commit, armored: str) -> str:
    if armored.startswith(_SSH_BEGIN):
        return _ssh_reason(store, commit, armored)
    if "BEGIN PGP SIGNATURE" not in armored:
        return "unknown_signature_type"
    try:
        signature = Sig.from_bytes(armored.encode())
    except RuntimeError:
        return "malformed_signature"
    key = _key(store, signature)
    if key is None:
        return "unknown_key"
    cert = Cert.from_bytes(key.armored.encode())
    try:
        pysequoia.verify(
            bytes=commit.raw_without_sig(), store=lambda _: [cert], signature=signature
        )
    except RuntimeError:
        return "invalid"
    return _whose(store.accounts[key.login.lower()], key, person(commit.committer).email.lower())


def _key(store: Store, signature: Sig) -> GpgKey | None:
    number = (signature.issuer_key_id or signature.issuer_fpr or "")[-16:].upper()
    return next((key for key in store.gpg_keys.values() if number in key.key_ids), None)


def _whose(account: Account, key: GpgKey, committer: str) -> str:
    """The committer must be a user id of the key and a verified address of its owner."""
    if committer not in key.emails:
        return "bad_email"
    own = {item.email.lower(): item.verified for item in account.emails}
    if committer not in own:
        return "no_user"
    return "valid" if own[committer] else "unverified_email"


def _ssh_reason(store: Store, commit: Commit, armored: str) -> str:
    """As above for an SSH signature, whose form is OpenSSH's PROTOCOL.sshsig."""
    try:
        raw = binascii.a2b_base64("".join(armored.strip().splitlines()[1:-1]))
        magic, version, length = struct.unpack_from(">6sII", raw)
        public = raw[_SSH_HEAD : _SSH_HEAD + length]
    except (binascii.Error, struct.error):
        return "malformed_signature"
    if (magic, version) != (b"SSHSIG", 1):
        return "malformed_signature"
    keys = store.signing_keys.values()
    key = next((each for each in keys if binascii.a2b_base64(each.key.split()[1]) == public), None)
    if key is None:
        return "unknown_key"
    # A signature for another namespace than git is not one of a commit.
    signers = import_allowed_signers(f'* namespaces="git" {key.key}')
    if not asyncssh.validate_sshsig(commit.raw_without_sig(), armored.encode(), "*", signers):
        return "invalid"
    return _ssh_whose(store, key.login, person(commit.committer).email.lower())


def _ssh_whose(store: Store, login: str, committer: str) -> str:
    """An SSH key names nobody: the committer must be a verified address of its owner."""
    for account in store.accounts.values():
        for item in account.emails:
            if item.email.lower() == committer:
                if account.login != login:
                    return "bad_email"
                return "valid" if item.verified else "unverified_email"
    return "no_user"
