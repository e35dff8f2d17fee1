"""SSH keys of a user for signatures: `/user/ssh_signing_keys`."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.call import Answer, Call, acting_user, handles
from lab.github.errors import JsonObject, invalid, not_found
from lab.github.keys import IN_USE, bare, read_key
from lab.github.records import SigningKey
from lab.github.store import now
from lab.github.views import timestamp


@handles("users/list-ssh-signing-keys-for-authenticated-user")
async def list_signing_keys(call: Call) -> Answer:
    """GET /user/ssh_signing_keys."""
    login = acting_user(call).login
    own = [key for key in call.store.signing_keys.values() if key.login == login]
    return call.page(own, view)


@handles("users/create-ssh-signing-key-for-authenticated-user")
async def create_signing_key(call: Call) -> Answer:
    """POST /user/ssh_signing_keys; a key signs for one account of all GitHub."""
    account, body = acting_user(call), call.read(models.UserSshSigningKeysPostBody)
    public, comment = read_key(body.key)
    key = bare(public)
    if any(other.key == key for other in call.store.signing_keys.values()):
        raise invalid("PublicKey", IN_USE, field="key")
    title = body.title if isinstance(body.title, str) else comment
    made = SigningKey(call.store.next_id(), account.login, key, title, now())
    call.store.signing_keys[made.id] = made
    return Answer(201, view(made))


@handles("users/get-ssh-signing-key-for-authenticated-user")
async def get_signing_key(call: Call) -> Answer:
    """GET /user/ssh_signing_keys/{ssh_signing_key_id}."""
    return Answer(200, view(_find(call)))


@handles("users/delete-ssh-signing-key-for-authenticated-user")
async def delete_signing_key(call: Call) -> Answer:
    """DELETE /user/ssh_signing_keys/{ssh_signing_key_id}."""
    del call.store.signing_keys[_find(call).id]
    return Answer(204)


def _find(call: Call) -> SigningKey:
    found = call.store.signing_keys.get(call.number("ssh_signing_key_id"))
    if found is None or found.login != acting_user(call).login:
        raise not_found()
    return found


def view(key: SigningKey) -> JsonObject:
    """GitHub's `ssh-signing-key`."""
    created = timestamp(key.created_at)
    return {"id": key.id, "key": key.key, "title": key.title, "created_at": created}
