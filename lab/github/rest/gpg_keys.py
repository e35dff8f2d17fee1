"""OpenPGP keys of a user, which make the bot's commits verified."""

import base64

import pysequoia
from githubkit_schemas.v2026_03_10 import models
from pysequoia.packet import KeyFlags, Packet, PacketPile, Tag

from lab.github.api.call import Answer, Call, acting_user, handles
from lab.github.model.errors import JsonObject, error, invalid, invalid_all, not_found
from lab.github.model.operation import Operation
from lab.github.model.records import Account, GpgKey
from lab.github.model.views import timestamp

UNREADABLE = "We got an error doing that."
"""GitHub's message for an armour that it cannot read."""


@handles(
    Operation(
        "users/list-gpg-keys-for-authenticated-user",
        "GET",
        "/user/gpg_keys",
        "gpg_keys=read",
        {200: list[models.GpgKey]},
    )
)
async def list_gpg_keys(call: Call) -> Answer:
    """GET /user/gpg_keys."""
    own = [key for key in call.store.gpg_keys.values() if key.login == acting_user(call).login]
    return call.page(own, view)


@handles(
    Operation(
        "users/create-gpg-key-for-authenticated-user",
        "POST",
        "/user/gpg_keys",
        "gpg_keys=write",
        {201: models.GpgKey},
        models.UserGpgKeysPostBody,
    )
)
async def create_gpg_key(call: Call) -> Answer:
    """POST /user/gpg_keys; a key belongs to one account of all GitHub."""
    account = acting_user(call)
    body = call.read(models.UserGpgKeysPostBody)
    name = body.name if isinstance(body.name, str) else None
    try:
        key = read_key(body.armored_public_key, account, call.store.next_id(), name)
    except ValueError:
        raise invalid("GpgKey", UNREADABLE) from None
    taken = key.key_ids & {
        number for other in call.store.gpg_keys.values() for number in other.key_ids
    }
    if key.facts["key_id"] in taken:
        raise invalid_all(
            [
                error("GpgKey", "key_id already exists", field="key_id"),
                error("GpgKey", "public_key already exists", field="public_key"),
            ]
        )
    if taken:
        listed = ", ".join(sorted(taken))
        raise invalid(
            "GpgKey", f"The key was not added because one or more subkeys already exist: {listed}"
        )
    call.store.gpg_keys[key.id] = key
    return Answer(201, view(key))


@handles(
    Operation(
        "users/get-gpg-key-for-authenticated-user",
        "GET",
        "/user/gpg_keys/{gpg_key_id:int}",
        "gpg_keys=read",
        {200: models.GpgKey},
    )
)
async def get_gpg_key(call: Call) -> Answer:
    """GET /user/gpg_keys/{gpg_key_id}."""
    return Answer(200, view(_find(call)))


@handles(
    Operation(
        "users/delete-gpg-key-for-authenticated-user",
        "DELETE",
        "/user/gpg_keys/{gpg_key_id:int}",
        "gpg_keys=write",
        {204: None},
    )
)
async def delete_gpg_key(call: Call) -> Answer:
    """DELETE /user/gpg_keys/{gpg_key_id}."""
    del call.store.gpg_keys[_find(call).id]
    return Answer(204)


def read_key(armored: str, account: Account, number: int, name: str | None) -> GpgKey:
    """Reads a public key.

    Args:
        armored: The ASCII-armoured public key.
        account: Its owner, whose verified addresses decide the `verified` of each e-mail.
        number: The id of the record; subkeys refer to it.
        name: What the user calls it.

    Returns:
        The key's record.

    Raises:
        ValueError: The armour is not a public key, or contains a private one.
    """
    if "-----BEGIN PGP PUBLIC KEY BLOCK-----" not in armored:
        raise ValueError("no armoured public key")
    try:
        return _read(armored, account, number, name)
    except RuntimeError:
        # pysequoia raises nothing else; it also refuses user ids that the key did not sign.
        raise ValueError("no OpenPGP certificate") from None


def _read(armored: str, account: Account, number: int, name: str | None) -> GpgKey:
    cert = pysequoia.Cert.from_bytes(armored.encode())
    signed = {str(user_id) for user_id in cert.user_ids}
    verified = {item.email.lower() for item in account.emails if item.verified}
    keys: list[JsonObject] = []
    emails: list[JsonObject] = []
    for packet in PacketPile.from_bytes(armored.encode()):
        email = packet.user_id_email if packet.tag == Tag.UserID else None
        if packet.tag in (Tag.SecretKey, Tag.SecretSubkey):
            raise ValueError("a private key")
        if packet.tag in (Tag.PublicKey, Tag.PublicSubkey):
            keys.append(_key(packet))
        elif email and packet.user_id in signed:
            emails.append({"email": email, "verified": email.lower() in verified})
        elif packet.tag == Tag.Signature and keys and packet.key_flags is not None:
            _allow(keys[-1], packet.key_flags)
    primary, subkeys = keys[0], keys[1:]
    for subkey in subkeys:
        subkey |= {"primary_key_id": number, "emails": [], "subkeys": [], "raw_key": None}
        subkey |= {"expires_at": None, "revoked": False}
    facts = primary | {
        "primary_key_id": None,
        "emails": emails,
        "subkeys": subkeys,
        "expires_at": timestamp(cert.expiration) if cert.expiration else None,
        "revoked": cert.is_revoked,
        "raw_key": armored,
    }
    return GpgKey(
        id=number,
        login=account.login,
        name=name,
        armored=armored,
        key_ids=frozenset(str(key["key_id"]) for key in keys),
        emails=frozenset(str(email["email"]).lower() for email in emails),
        facts=facts,
    )


def _key(packet: Packet) -> JsonObject:
    if packet.key_id is None or packet.key_created is None:
        raise ValueError("a key packet without a key")
    return {
        "key_id": packet.key_id.upper(),
        "public_key": base64.b64encode(packet.body).decode(),
        "created_at": timestamp(packet.key_created),
        "can_sign": False,
        "can_certify": False,
        "can_encrypt_comms": False,
        "can_encrypt_storage": False,
    }


def _allow(key: JsonObject, flags: KeyFlags) -> None:
    allowed = {
        "can_sign": flags.signing,
        "can_certify": flags.certification,
        "can_encrypt_comms": flags.transport_encryption,
        "can_encrypt_storage": flags.storage_encryption,
    }
    key |= {name: True for name, value in allowed.items() if value}


def _find(call: Call) -> GpgKey:
    found = call.store.gpg_keys.get(call.number("gpg_key_id"))
    if found is None or found.login != acting_user(call).login:
        raise not_found()
    return found


def view(key: GpgKey) -> JsonObject:
    """GitHub's `gpg-key`."""
    return {"id": key.id, "name": key.name} | key.facts
