"""Which commits GitHub calls verified."""

from collections.abc import Callable

import pysequoia
from dulwich.objects import Commit
from dulwich.refs import Ref
from dulwich.repo import Repo

from lab.github.git import reading
from lab.github.git.reading import Push
from lab.github.model.config import Rights
from lab.github.webhooks.announce import announce
from tests.github.lab import BOT_EMAIL, ORGANISATION, REPOSITORY, Lab

COMMIT = f"/repos/{ORGANISATION}/{REPOSITORY}/commits/main"


def put_commit(lab: Lab, email: str, sign: Callable[[bytes], bytes], spoil: str = "") -> None:
    """Puts a commit of `email` on main, as a client's push would, with the signature that `sign` makes of it.

    `spoil` alters it after.
    """
    lab.push("one")
    with Repo(str(lab.config.directory / ORGANISATION / f"{REPOSITORY}.git")) as repo:
        ref = Ref(b"refs/heads/main")
        parent = repo.object_store[repo.refs[ref]]
        assert isinstance(parent, Commit)
        made = Commit()
        made.tree, made.parents = parent.tree, [parent.id]
        made.author = made.committer = f"Bot <{email}>".encode()
        made.author_time = made.commit_time = parent.commit_time
        made.author_timezone = made.commit_timezone = 0
        made.message = b"an image update"
        made.gpgsig = sign(made.as_raw_string())
        made.message += spoil.encode()
        repo.object_store.add_object(made)
        repo.refs[ref] = made.id


def signed_commit(lab: Lab, key: pysequoia.Tsk | None, email: str, spoil: str = "") -> None:
    """Puts a commit on main that is signed by `key`, or by something of another kind; `spoil` alters it after."""

    def sign(commit: bytes) -> bytes:
        if key is None:
            return b"-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----"
        return pysequoia.sign(key.signer(), commit, mode=pysequoia.SignatureMode.DETACHED)

    put_commit(lab, email, sign, spoil)


def register(lab: Lab, key: pysequoia.Tsk) -> None:
    with lab.client(Rights.BOT) as client:
        body = {"armored_public_key": str(key.extract_certificate())}
        client.post("/user/gpg_keys", json=body).raise_for_status()


def verdict(lab: Lab) -> tuple[bool, str]:
    with lab.client() as client:
        found = client.get(COMMIT).json()["commit"]["verification"]
    return found["verified"], found["reason"]


def new_key(email: str = BOT_EMAIL) -> pysequoia.Tsk:
    return pysequoia.Tsk.generate(f"Bot <{email}>", profile=pysequoia.Profile.RFC4880)


def test_a_commit_of_the_bots_key_and_address_is_verified(lab: Lab) -> None:
    key = new_key()
    register(lab, key)
    signed_commit(lab, key, BOT_EMAIL)

    assert verdict(lab) == (True, "valid")


def verified_at(lab: Lab) -> str | None:
    with lab.client() as client:
        found: str | None = client.get(COMMIT).json()["commit"]["verification"]["verified_at"]
    return found


def delete_keys(lab: Lab) -> None:
    with lab.client(Rights.BOT) as client:
        for each in client.get("/user/gpg_keys").json():
            client.delete(f"/user/gpg_keys/{each['id']}").raise_for_status()


def test_a_commit_that_was_verified_stays_so_without_its_key(lab: Lab) -> None:
    key = new_key()
    register(lab, key)
    signed_commit(lab, key, BOT_EMAIL)
    assert verdict(lab) == (True, "valid")
    at = verified_at(lab)
    assert at
    delete_keys(lab)

    assert verdict(lab) == (True, "valid")
    assert verified_at(lab) == at


def test_a_commit_is_verified_when_it_is_pushed(lab: Lab) -> None:
    key = new_key()
    register(lab, key)
    signed_commit(lab, key, BOT_EMAIL)
    # Nobody has looked at the commit when the next push brings it along.
    repository = lab.double.store.repository(ORGANISATION, REPOSITORY)
    assert repository
    head = reading.branch_head(repository.path, "main")
    assert head
    account = lab.double.store.accounts[ORGANISATION]
    pushed = Push("refs/heads/main", head.parents[0].decode(), head.id.decode())
    announce(lab.double.store, lab.double.courier, repository, [pushed], account)
    delete_keys(lab)

    assert verdict(lab) == (True, "valid")


def test_a_commit_whose_key_comes_and_goes_unseen_is_not_verified(lab: Lab) -> None:
    key = new_key()
    signed_commit(lab, key, BOT_EMAIL)
    assert verdict(lab) == (False, "unknown_key")
    assert verified_at(lab) is None
    register(lab, key)
    delete_keys(lab)

    assert verdict(lab) == (False, "unknown_key")


def test_a_commit_without_a_signature_is_unsigned(lab: Lab) -> None:
    lab.push()

    assert verdict(lab) == (False, "unsigned")


def test_a_key_that_nobody_registered_is_unknown(lab: Lab) -> None:
    signed_commit(lab, new_key(), BOT_EMAIL)

    assert verdict(lab) == (False, "unknown_key")


def test_a_commit_changed_after_signing_is_invalid(lab: Lab) -> None:
    key = new_key()
    register(lab, key)
    signed_commit(lab, key, BOT_EMAIL, spoil=" and more")

    assert verdict(lab) == (False, "invalid")


def test_a_committer_who_is_not_in_the_key_is_a_bad_email(lab: Lab) -> None:
    key = new_key()
    register(lab, key)
    signed_commit(lab, key, "other@example.com")

    assert verdict(lab) == (False, "bad_email")


def test_an_address_that_is_nobodys_has_no_user(lab: Lab) -> None:
    key = new_key("other@example.com")
    register(lab, key)
    signed_commit(lab, key, "other@example.com")

    assert verdict(lab) == (False, "no_user")


def test_a_signature_of_another_kind_is_named_so(lab: Lab) -> None:
    signed_commit(lab, None, BOT_EMAIL)

    assert verdict(lab) == (False, "unknown_signature_type")
