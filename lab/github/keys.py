"""Deploy keys: what git over SSH lets in."""

import asyncssh
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from githubkit_schemas.v2026_03_10 import models

from lab.github.call import Answer, Call, handles
from lab.github.errors import JsonObject, invalid, not_found
from lab.github.records import DeployKey
from lab.github.store import Repository, now
from lab.github.views import timestamp

INVALID = "key is invalid. You must supply a key in OpenSSH public key format"
IN_USE = "key is already in use"

WEAKEST_RSA = 2048
"""Bits; GitHub refuses shorter RSA keys."""

KEY_TYPES = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)


def bare(key: asyncssh.SSHKey) -> str:
    """A public key as type and base64: its comment is no part of it."""
    return " ".join(key.export_public_key().decode().split()[:2])


def read_key(text: str) -> tuple[asyncssh.SSHKey, str]:
    """Reads a public key in one line, and its comment.

    Raises:
        GitHubError: 422, it is none that GitHub takes.
    """
    parts = text.split()
    if len(parts) < 2 or parts[0] not in KEY_TYPES:
        raise invalid("PublicKey", INVALID, field="key")
    try:
        public = asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError):
        raise invalid("PublicKey", INVALID, field="key") from None
    rsa = public.pyca_key
    if isinstance(rsa, RSAPublicKey) and rsa.key_size < WEAKEST_RSA:
        raise invalid("PublicKey", INVALID, field="key")
    return public, " ".join(parts[2:])


@handles("repos/list-deploy-keys")
async def list_deploy_keys(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys."""
    repository = call.repository()
    return call.page(list(repository.keys.values()), lambda key: view(call, repository, key))


@handles("repos/create-deploy-key")
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
    return Answer(201, view(call, repository, made))


@handles("repos/get-deploy-key")
async def get_deploy_key(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys/{key_id}."""
    repository = call.repository()
    return Answer(200, view(call, repository, _find(call, repository)))


@handles("repos/delete-deploy-key")
async def delete_deploy_key(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/keys/{key_id}; SSH refuses the key from then on."""
    repository = call.repository()
    del repository.keys[_find(call, repository).id]
    return Answer(204)


def _find(call: Call, repository: Repository) -> DeployKey:
    found = repository.keys.get(call.number("key_id"))
    if found is None:
        raise not_found()
    return found


def view(call: Call, repository: Repository, key: DeployKey) -> JsonObject:
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
