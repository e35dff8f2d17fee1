"""Webhooks and keys on GitHub."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import urlsplit

from policy.resource import Resource

WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
DEPLOY_KEY = "github:index/repositoryDeployKey:RepositoryDeployKey"
GPG_KEY = "github:index/userGpgKey:UserGpgKey"
EVENTS = {"create", "package", "ping", "push", "registry_package", "release"}
RSA_BITS = 3072
"""Least length of an RSA key. Source: NIST SP 800-57 part 1, for use beyond 2030."""


def webhook(resource: Resource) -> Iterator[str]:
    """GitHub delivers as JSON over HTTPS, checks the certificate and signs."""
    if resource.resource_type != WEBHOOK:
        return
    config = resource.props["configuration"]
    if config.get("insecureSsl"):
        yield "`configuration.insecureSsl` is set: GitHub would not check the receiver's certificate"
    if urlsplit(config["url"]).scheme != "https":
        yield "`configuration.url` is not https: everybody on the way could read deliveries"
    if config.get("contentType") != "json":
        yield "`configuration.contentType` is not json, which Flux reads"
    if not config.get("secret"):
        yield "`configuration.secret` is not set: nobody could tell GitHub's deliveries from others"


def webhook_events(resource: Resource) -> Iterator[str]:
    """A webhook subscribes to what makes Flux look: a push, a package, a tag or a release."""
    if resource.resource_type == WEBHOOK and not set(resource.props["events"]) <= EVENTS:
        yield f"`events` has others than {', '.join(sorted(EVENTS))}"


def deploy_key(resource: Resource) -> Iterator[str]:
    """A deploy key is ED25519, or RSA of at least 3072 bits."""
    if resource.resource_type == DEPLOY_KEY and not is_strong(resource.props["key"]):
        yield f"`key` is neither ED25519 nor RSA of at least {RSA_BITS} bits"


def is_strong(public_key: str) -> bool:
    """Return whether a public key, a line as OpenSSH writes it, is ED25519 or long enough. Source: RFC 4253, 6.6."""
    kind, _, rest = public_key.partition(" ")
    if kind != "ssh-rsa":
        return kind == "ssh-ed25519"
    try:
        blob = base64.b64decode(rest.split()[0], validate=True)
    except (binascii.Error, IndexError):
        return False
    fields = []
    while len(blob) >= 4:
        size = int.from_bytes(blob[:4], "big")
        fields.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return int.from_bytes(fields[-1], "big").bit_length() >= RSA_BITS if fields else False


def protected(resource: Resource) -> Iterator[str]:
    """The bot's signing key is protected from deletion: without it GitHub verifies no older commit."""
    if resource.resource_type == GPG_KEY and not resource.opts.protect:
        yield "`pulumi state protect URN` keeps it from being deleted by mistake"
