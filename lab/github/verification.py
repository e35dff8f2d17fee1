"""Whether GitHub would call a commit verified: its OpenPGP signature against the users' keys."""

import pysequoia
from dulwich.objects import Commit
from pysequoia import Cert, Sig

from lab.github.errors import JsonObject
from lab.github.git_data import person
from lab.github.store import Account, GpgKey, Store


def verification(store: Store, commit: Commit) -> JsonObject:
    """GitHub's `verification` of a commit.

    The reasons are those of GitHub's page on commits: `unsigned`, `unknown_signature_type`,
    `malformed_signature`, `unknown_key`, `invalid`, `no_user`, `bad_email`, `unverified_email`
    and `valid`.
    """
    if commit.gpgsig is None:
        return _said("unsigned", None, None)
    signature, payload = commit.gpgsig.decode(), commit.raw_without_sig().decode(errors="replace")
    reason = _reason(store, commit, signature)
    return _said(reason, signature, payload)


def _said(reason: str, signature: str | None, payload: str | None) -> JsonObject:
    return {
        "verified": reason == "valid",
        "reason": reason,
        "signature": signature,
        "payload": payload,
        "verified_at": None,
    }


def _reason(store: Store, commit: Commit, armored: str) -> str:
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
