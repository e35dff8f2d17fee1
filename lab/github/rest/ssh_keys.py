"""SSH keys: the deploy keys of a repository, and a user's keys for signatures."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, acting_user, handles
from lab.github.git.public_keys import IN_USE, bare, read_key
from lab.github.model.errors import JsonObject, invalid, not_found
from lab.github.model.operation import REPOSITORY, Operation
from lab.github.model.records import DeployKey, SigningKey
from lab.github.model.store import Repository, now
from lab.github.model.views import timestamp


@handles(
    Operation(
        "repos/list-deploy-keys",
        "GET",
        f"{REPOSITORY}/keys",
        "administration=read",
        {200: list[models.DeployKey]},
    )
)
async def list_deploy_keys(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys."""
    repository = call.repository()
    return call.page(list(repository.keys.values()), lambda key: _deploy_key(call, repository, key))


@handles(
    Operation(
        "repos/create-deploy-key",
        "POST",
        f"{REPOSITORY}/keys",
        "administration=write",
        {201: models.DeployKey},
        models.ReposOwnerRepoKeysPostBody,
    )
)
async def create_deploy_key(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/keys; a key serves one repository of all GitHub."""
    repository = call.repository()
    body = call.read(models.ReposOwnerRepoKeysPostBody)
    public, comment = read_key(body.key)
    key = bare(public)
    if call.store.deploy_key(key) is not None:
        raise invalid("PublicKey", IN_USE, field="key")
    title = body.title if isinstance(body.title, str) else comment
    made = DeployKey(
        id=call.store.next_id(),
        key=key,
        title=title,
        read_only=body.read_only is True,
        added_by=call.caller.account.login,
        fingerprint=public.get_fingerprint(),
        created_at=now(),
    )
    repository.keys[made.id] = made
    return Answer(201, _deploy_key(call, repository, made))


@handles(
    Operation(
        "repos/get-deploy-key",
        "GET",
        f"{REPOSITORY}/keys/{{key_id:int}}",
        "administration=read",
        {200: models.DeployKey},
    )
)
async def get_deploy_key(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys/{key_id}."""
    repository = call.repository()
    return Answer(200, _deploy_key(call, repository, _find_deploy_key(call, repository)))


@handles(
    Operation(
        "repos/delete-deploy-key",
        "DELETE",
        f"{REPOSITORY}/keys/{{key_id:int}}",
        "administration=write",
        {204: None},
    )
)
async def delete_deploy_key(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/keys/{key_id}; SSH refuses the key from then on."""
    repository = call.repository()
    del repository.keys[_find_deploy_key(call, repository).id]
    return Answer(204)


def _find_deploy_key(call: Call, repository: Repository) -> DeployKey:
    found = repository.keys.get(call.number("key_id"))
    if found is None:
        raise not_found()
    return found


def _deploy_key(call: Call, repository: Repository, key: DeployKey) -> JsonObject:
    """GitHub's `deploy-key`."""
    return {
        "id": key.id,
        "key": key.key,
        "url": f"{call.store.config.api_url}/repos/{repository.full_name}/keys/{key.id}",
        "title": key.title,
        "verified": True,
        "created_at": timestamp(key.created_at),
        "read_only": key.read_only,
        "added_by": key.added_by,
        "last_used": timestamp(key.last_used) if key.last_used else None,
        "enabled": True,
    }


@handles(
    Operation(
        "users/list-ssh-signing-keys-for-authenticated-user",
        "GET",
        "/user/ssh_signing_keys",
        "git_signing_ssh_public_keys=read",
        {200: list[models.SshSigningKey]},
    )
)
async def list_signing_keys(call: Call) -> Answer:
    """GET /user/ssh_signing_keys."""
    login = acting_user(call).login
    own = [key for key in call.store.signing_keys.values() if key.login == login]
    return call.page(own, _signing_key)


@handles(
    Operation(
        "users/create-ssh-signing-key-for-authenticated-user",
        "POST",
        "/user/ssh_signing_keys",
        "git_signing_ssh_public_keys=write",
        {201: models.SshSigningKey},
        models.UserSshSigningKeysPostBody,
    )
)
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
    return Answer(201, _signing_key(made))


@handles(
    Operation(
        "users/get-ssh-signing-key-for-authenticated-user",
        "GET",
        "/user/ssh_signing_keys/{ssh_signing_key_id:int}",
        "git_signing_ssh_public_keys=read",
        {200: models.SshSigningKey},
    )
)
async def get_signing_key(call: Call) -> Answer:
    """GET /user/ssh_signing_keys/{ssh_signing_key_id}."""
    return Answer(200, _signing_key(_find_signing_key(call)))


@handles(
    Operation(
        "users/delete-ssh-signing-key-for-authenticated-user",
        "DELETE",
        "/user/ssh_signing_keys/{ssh_signing_key_id:int}",
        "git_signing_ssh_public_keys=write",
        {204: None},
    )
)
async def delete_signing_key(call: Call) -> Answer:
    """DELETE /user/ssh_signing_keys/{ssh_signing_key_id}."""
    del call.store.signing_keys[_find_signing_key(call).id]
    return Answer(204)


def _find_signing_key(call: Call) -> SigningKey:
    found = call.store.signing_keys.get(call.number("ssh_signing_key_id"))
    if found is None or found.login != acting_user(call).login:
        raise not_found()
    return found


def _signing_key(key: SigningKey) -> JsonObject:
    """GitHub's `ssh-signing-key`."""
    created = timestamp(key.created_at)
    return {"id": key.id, "key": key.key, "title": key.title, "created_at": created}
