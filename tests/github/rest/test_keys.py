"""Deploy keys and GPG keys."""

import asyncssh
import pysequoia
from pysequoia.packet import Packet, PacketPile

from lab.github.model.config import Rights
from tests.github.lab import BOT_EMAIL, ORGANISATION, REPOSITORY, Lab

KEYS = f"/repos/{ORGANISATION}/{REPOSITORY}/keys"
GPG = "/user/gpg_keys"


def public(kind: str = "ssh-ed25519", **options: int) -> str:
    key = asyncssh.generate_private_key(kind, comment="a comment", **options)
    return key.export_public_key().decode()


def armour(*users: str) -> str:
    key = pysequoia.Tsk.generate(user_ids=list(users), profile=pysequoia.Profile.RFC4880)
    return str(key.extract_certificate())


def test_a_key_is_kept_without_its_comment_and_writable_unless_said(lab: Lab) -> None:
    key = public()
    with lab.client() as client:
        made = client.post(KEYS, json={"title": "flux", "key": key}).json()
        untitled = client.post(KEYS, json={"key": public(), "read_only": True}).json()

    assert made["key"] == " ".join(key.split()[:2])
    assert (made["title"], made["read_only"], made["last_used"]) == ("flux", False, None)
    assert (untitled["title"], untitled["read_only"]) == ("a comment", True)


def test_a_key_in_use_anywhere_is_refused(lab: Lab) -> None:
    key = public()
    with lab.client() as client:
        client.post(f"/orgs/{ORGANISATION}/repos", json={"name": "other"}).raise_for_status()
        first = client.post(KEYS, json={"key": key}).json()
        same = client.post(KEYS, json={"key": key})
        other = client.post(f"/repos/{ORGANISATION}/other/keys", json={"key": f"{key.strip()} x"})
        client.delete(f"{KEYS}/{first['id']}")
        freed = client.post(f"/repos/{ORGANISATION}/other/keys", json={"key": key})

    for refused in (same, other):
        assert refused.status_code == 422
        assert refused.json()["message"] == "Validation Failed"
        assert refused.json()["errors"] == [
            {
                "resource": "PublicKey",
                "code": "custom",
                "field": "key",
                "message": "key is already in use",
            }
        ]
    assert freed.status_code == 201


def test_what_is_no_key_is_refused(lab: Lab) -> None:
    no_keys = ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAA", "x y", "-----BEGIN"]
    with lab.client() as client:
        answers = [client.post(KEYS, json={"key": key}) for key in no_keys]

    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"].startswith("key is invalid.")


def test_rsa_keys_count_from_2048_bits(lab: Lab) -> None:
    with lab.client() as client:
        weak = client.post(KEYS, json={"key": public("ssh-rsa", key_size=1024)})
        good = client.post(KEYS, json={"key": public("ssh-rsa", key_size=2048)})

    assert (weak.status_code, good.status_code) == (422, 201)


def test_a_gpg_key_tells_which_addresses_are_verified(lab: Lab) -> None:
    armoured = armour(f"Bot <{BOT_EMAIL}>", "Bot <other@example.com>")
    with lab.client(Rights.BOT) as client:
        made = client.post(GPG, json={"armored_public_key": armoured, "name": "n"}).json()

    fingerprint = pysequoia.Cert.from_bytes(armoured.encode()).fingerprint
    assert made["key_id"] == fingerprint[-16:].upper()
    assert {item["email"]: item["verified"] for item in made["emails"]} == {
        BOT_EMAIL: True,
        "other@example.com": False,
    }
    assert made["can_certify"] and made["raw_key"] == armoured
    assert any(subkey["can_sign"] for subkey in made["subkeys"])
    assert made["name"] == "n"


def test_a_gpg_key_is_taken_once(lab: Lab) -> None:
    armoured = armour(f"Bot <{BOT_EMAIL}>")
    with lab.client(Rights.BOT) as client:
        first = client.post(GPG, json={"armored_public_key": armoured}).json()
        again = client.post(GPG, json={"armored_public_key": armoured})
        assert client.delete(f"{GPG}/{first['id']}").status_code == 204
        assert client.get(f"{GPG}/{first['id']}").status_code == 404
        freed = client.post(GPG, json={"armored_public_key": armoured})

    assert [(item["field"], item["message"]) for item in again.json()["errors"]] == [
        ("key_id", "key_id already exists"),
        ("public_key", "public_key already exists"),
    ]
    assert freed.status_code == 201


def test_what_is_no_public_gpg_key_is_refused(lab: Lab) -> None:
    private = pysequoia.Tsk.generate(f"Bot <{BOT_EMAIL}>")
    good = armour(f"Bot <{BOT_EMAIL}>")
    lines = good.splitlines()
    unreadable = [
        "",
        "no armour",
        str(private),
        str(private).replace("PRIVATE", "PUBLIC"),
        "\n".join(lines[:6] + lines[-1:]),
    ]
    with lab.client(Rights.BOT) as client:
        answers = [client.post(GPG, json={"armored_public_key": text}) for text in unreadable]

    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"] == "We got an error doing that."


def test_a_gpg_key_whose_user_is_not_signed_by_it_is_refused(lab: Lab) -> None:
    one, two = packets(armour(f"Bot <{BOT_EMAIL}>")), packets(armour("Eve <eve@example.com>"))

    with lab.client(Rights.BOT) as client:
        answer = client.post(GPG, json={"armored_public_key": join(one[:1] + two[1:4])})

    assert answer.status_code == 422


def test_a_user_that_the_key_did_not_sign_is_not_shown(lab: Lab) -> None:
    one, two = packets(armour(f"Bot <{BOT_EMAIL}>")), packets(armour("Eve <eve@example.com>"))

    with lab.client(Rights.BOT) as client:
        made = client.post(GPG, json={"armored_public_key": join(one[:4] + two[2:4])}).json()

    assert made["emails"] == [{"email": BOT_EMAIL, "verified": True}]


def packets(armoured: str) -> list[Packet]:
    """Public key, its own signature, user id, the user id's signature, subkeys."""
    return list(PacketPile.from_bytes(armoured.encode()))


def join(parts: list[Packet]) -> str:
    """Packets as one armoured key, each with a header of the new format (RFC 9580, 4.2)."""
    raw = b""
    for packet in parts:
        raw += bytes([0xC0 | int(packet.tag), 0xFF])
        raw += len(packet.body).to_bytes(4, "big") + packet.body
    return str(pysequoia.armor(raw, pysequoia.ArmorKind.PublicKey))
