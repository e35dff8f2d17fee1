"""Rules of GitHub, of Git repositories on it, and of container registries."""

import posixpath
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

HOST = "github.com"

_REPOSITORY = re.compile(
    r"(?P<owner>[A-Za-z0-9][-A-Za-z0-9]{0,38})/(?P<name>[-._A-Za-z0-9]{1,100})"
)
_PEM = re.compile(r"\s*-----BEGIN [A-Z ]+-----\r?\n[A-Za-z0-9+/=\s]+\n-----END [A-Z ]+-----\s*")


def repository_id(repository: str, owner: str) -> str | None:
    """Return `owner/name` for `name` or `owner/name`, or None when it is neither."""
    full = repository if "/" in repository else f"{owner}/{repository}"
    match = _REPOSITORY.fullmatch(full)
    return full if match and match["name"] not in (".", "..") else None


def known_hosts(host: str, keys: list[str]) -> str:
    """Return a known_hosts file for `host`, sorted, so that the order of GitHub's answer changes nothing.

    `keys` are lines such as `ssh-ed25519 <base64>`. Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    return "".join(f"{host} {key}\n" for key in sorted(keys))


def is_rsa_key(text: str) -> bool:
    """Return whether `text` is an RSA private key in PEM form without a passphrase, as GitHub creates it for an App.

    Flux reads it with Go, which insists on lines: a key pasted into a single line is refused.

    Source: GitHub, "Managing private keys for GitHub Apps"; Go `encoding/pem`.
    """
    if not _PEM.fullmatch(text):
        return False
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey)


def normalized_directory(path: str) -> str:
    """Return a directory of a repository without `./` before, within or behind it; `.` is the root."""
    return posixpath.normpath(path)


def registry_of(image: str) -> str:
    """Return the registry host of an image name, as Docker resolves it: `docker.io` when none is written."""
    first, _, rest = image.partition("/")
    return first if rest and ("." in first or ":" in first or first == "localhost") else "docker.io"


def base_url(scheme: str, host: str, port: int) -> str:
    """Return scheme, host and port of a receiver URL; port 0, or the scheme's own, is left out."""
    own = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + (f":{port}" if port not in (0, own) else "")
