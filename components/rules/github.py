"""Rules of GitHub, of Git repositories on it, and of container registries."""

import posixpath
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

HOST = "github.com"

_REPOSITORY = re.compile(
    r"(?P<owner>[A-Za-z0-9][-_A-Za-z0-9]{0,38})/(?P<name>[-._A-Za-z0-9]{1,100})"
)
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)")
_IMAGE = re.compile(
    r"((?=[^/]*[.:]|localhost/)[A-Za-z0-9]+([-.][A-Za-z0-9]+)*(:[0-9]+)?/)?"
    r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*"
)
_PEM = re.compile(r"\s*-----BEGIN [A-Z ]+-----\r?\n[A-Za-z0-9+/=\s]+\n-----END [A-Z ]+-----\s*")


REPOSITORY_EVENTS = (
    "*", "branch_protection_configuration", "branch_protection_rule", "check_run",
    "check_suite", "code_scanning_alert", "commit_comment", "create", "custom_property_values",
    "delete", "dependabot_alert", "deploy_key", "deployment", "deployment_review",
    "deployment_status", "discussion", "discussion_comment", "fork", "gollum", "issue_comment",
    "issues", "label", "member", "merge_group", "meta", "milestone", "package", "page_build",
    "ping", "project", "project_card", "project_column", "public", "pull_request",
    "pull_request_review", "pull_request_review_comment", "pull_request_review_thread", "push",
    "registry_package", "release", "repository", "repository_advisory", "repository_import",
    "repository_ruleset", "repository_vulnerability_alert", "secret_scanning_alert",
    "secret_scanning_alert_location", "secret_scanning_scan", "security_and_analysis", "star",
    "status", "sub_issues", "team_add", "watch", "workflow_job", "workflow_run",
)  # fmt: skip
"""Events that a webhook of a repository may subscribe to; `*` is all of them.

Source: GitHub, "Webhook events and payloads": availability for repositories.
"""


def repository_id(repository: str, owner: str) -> str | None:
    """Return `owner/name` for `name` or `owner/name`, or None when it is neither.

    The logins of Enterprise Managed Users contain an underscore. GitHub cuts `.git` off the name of a repository.
    """
    full = repository if "/" in repository else f"{owner}/{repository}"
    match = _REPOSITORY.fullmatch(full)
    if not match or match["name"] in (".", "..") or match["name"].lower().endswith(".git"):
        return None
    return full


def branch_fault(name: str) -> str | None:
    """Return what is wrong with the name of a branch, or None. Source: git, `git-check-ref-format`, with `--branch`."""
    if name.startswith("refs/heads/"):
        return "is a full reference; write the branch alone, such as main"
    if name in ("", "@", "HEAD") or name[0] in "-./" or name[-1] in "./":
        return "is not a name that git takes for a branch; write one as `git branch` shows it"
    if _NO_BRANCH.search(name):
        return "has what git takes in no branch: a blank, one of ~^:?*[\\, `..`, `//`, `/.`, `@{` or `.lock`"
    return None


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


def image_name_fault(name: str) -> str | None:
    """Return what is wrong with an image name, or None.

    Source: distribution `reference/regexp.go`; go-containerregistry `pkg/name/repository.go`, which Flux uses.
    """
    if "@" in name:
        return "has a digest; write the name alone, the policy chooses the tag"
    if ":" in name.rpartition("/")[2]:
        return "has a tag; write the name alone, the policy chooses the tag"
    if not _IMAGE.fullmatch(name):
        return (
            "is not an image name; write one in lower case, such as ghcr.io/my-organisation/my-app"
        )
    return None


def registry_of(image: str) -> str:
    """Return the registry host of an image name, as Docker resolves it: `docker.io` when none is written."""
    first, _, rest = image.partition("/")
    return first if rest and ("." in first or ":" in first or first == "localhost") else "docker.io"


def base_url(scheme: str, host: str, port: int) -> str:
    """Return scheme, host and port of a receiver URL; port 0, or the scheme's own, is left out."""
    own = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + (f":{port}" if port not in (0, own) else "")
