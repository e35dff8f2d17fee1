"""SSH keys for signatures, and which commits they make verified."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest

from lab.github.model.config import Rights
from tests.github.git.test_verification import put_commit
from tests.github.lab import BOT_EMAIL, ORGANISATION, REPOSITORY, Git, Keys, Lab, commit

COMMIT = f"/repos/{ORGANISATION}/{REPOSITORY}/commits/main"
KEYS = "/user/ssh_signing_keys"


def register(lab: Lab, key: asyncssh.SSHKey) -> None:
    with lab.client(Rights.BOT) as client:
        body = {"key": key.export_public_key().decode(), "title": "bot"}
        client.post(KEYS, json=body).raise_for_status()


def verdict(lab: Lab) -> tuple[bool, str]:
    with lab.client() as client:
        found = client.get(COMMIT).json()["commit"]["verification"]
    return found["verified"], found["reason"]


Sign = Callable[..., None]


@pytest.fixture
def sign(lab: Lab, deploy_key: Keys) -> Sign:
    """Puts a commit of `email` on main, signed by the key "signer"; `spoil` alters it after."""

    def put(
        email: str = BOT_EMAIL, spoil: str = "", namespace: str = "git", signature: bytes = b""
    ) -> None:
        def signed(commit: bytes) -> bytes:
            key = deploy_key("signer")
            return signature or asyncssh.create_sshsig(key, commit, namespace=namespace)

        put_commit(lab, email, signed, spoil)

    return put


def test_a_signature_that_git_itself_made_is_understood(
    lab: Lab, git: Git, writable: asyncssh.SSHKey, clone: Path, tmp_path: Path
) -> None:
    signer = tmp_path / "signer"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(signer)]
    subprocess.run(command, check=True, timeout=30)
    register(lab, asyncssh.read_private_key(signer))
    settings = {
        "gpg.format": "ssh",
        "user.signingkey": str(signer),
        "commit.gpgsign": "true",
    }
    for name, value in settings.items():
        assert git(writable, "-C", str(clone), "config", name, value).returncode == 0
    commit(git, writable, clone, "b.txt")
    assert git(writable, "-C", str(clone), "push", "-q", "origin", "HEAD:main").returncode == 0

    assert verdict(lab) == (False, "no_user"), "it is good, but dev@example.com is nobody's"


def test_a_commit_of_the_bots_key_and_address_is_verified(
    lab: Lab, sign: Sign, deploy_key: Keys
) -> None:
    register(lab, deploy_key("signer"))
    sign()

    assert verdict(lab) == (True, "valid")


def test_a_key_that_nobody_registered_is_unknown_and_what_was_verified_stays_so(
    lab: Lab, sign: Sign, deploy_key: Keys
) -> None:
    sign()
    assert verdict(lab) == (False, "unknown_key")
    register(lab, deploy_key("signer"))
    assert verdict(lab) == (True, "valid")
    with lab.client(Rights.BOT) as client:
        (key,) = client.get(KEYS).json()
        assert client.delete(f"{KEYS}/{key['id']}").status_code == 204
    assert verdict(lab) == (True, "valid")
    sign()
    assert verdict(lab) == (False, "unknown_key")


def test_a_commit_changed_after_signing_is_invalid(lab: Lab, sign: Sign, deploy_key: Keys) -> None:
    register(lab, deploy_key("signer"))
    sign(spoil=" and more")

    assert verdict(lab) == (False, "invalid")


def test_a_signature_for_something_else_than_git_is_invalid(
    lab: Lab, sign: Sign, deploy_key: Keys
) -> None:
    register(lab, deploy_key("signer"))
    sign(namespace="file")

    assert verdict(lab) == (False, "invalid")


def test_an_address_that_is_nobodys_has_no_user(lab: Lab, sign: Sign, deploy_key: Keys) -> None:
    register(lab, deploy_key("signer"))
    sign(email="other@example.com")

    assert verdict(lab) == (False, "no_user")


def test_what_only_looks_like_a_signature_is_malformed(lab: Lab, sign: Sign) -> None:
    for text in (b"AAAA", b"A", b"U1NIU0lHAAAAAgAAAAA="):
        lines = (b"-----BEGIN SSH SIGNATURE-----", text, b"-----END SSH SIGNATURE-----")
        sign(signature=b"\n".join(lines))
        assert verdict(lab) == (False, "malformed_signature")


def test_a_signing_key_is_taken_once_and_of_users_alone(lab: Lab, deploy_key: Keys) -> None:
    register(lab, deploy_key("signer"))
    public = deploy_key("signer").export_public_key().decode()
    with lab.client(Rights.BOT) as bot, lab.client() as organisation:
        (made,) = bot.get(KEYS).json()
        again = bot.post(KEYS, json={"key": public})
        broken = bot.post(KEYS, json={"key": "no key"})
        others = organisation.get(KEYS)
        missing = bot.get(f"{KEYS}/7")
        # One key may both sign and let in.
        used = organisation.post(f"/repos/{ORGANISATION}/{REPOSITORY}/keys", json={"key": public})

    assert (made["key"], made["title"]) == (" ".join(public.split()[:2]), "bot")
    assert again.json()["errors"][0]["message"] == "key is already in use"
    assert broken.status_code == 422
    assert (others.status_code, missing.status_code, used.status_code) == (403, 404, 201)
