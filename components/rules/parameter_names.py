"""Default names of all SSM parameters: the one place where they are built.

They contain the owner, since two owners may have repositories of one name. A name that a user writes takes the place of
the default; `settings.parameters` compares all names of a stack.
"""

from collections.abc import Mapping


def of_application(
    prefix: str, repository: str, object_name: str, namespace: str
) -> Mapping[str, str]:
    """Return the names of an application's parameters by purpose.

    `repository` is `owner/name`. The webhook token's name contains the object name and Flux's namespace, because they
    are part of the receiver path, too.
    """
    owner = repository.partition("/")[0]
    own = f"{prefix}/{repository}"
    return {
        "deploy-key": f"{own}/deploy-key",
        "registry-token": f"{own}/ghcr-token",
        "chart-token": f"{own}/chart-token",
        "commit-status-token": f"{own}/commit-status-token",
        "webhook-token": f"{prefix}/{owner}/{object_name}/{namespace}/receiver/token",
    }


def of_cluster_sync(prefix: str, repository: str, path: str) -> Mapping[str, str]:
    """Return the names for the cluster's own repository, which several clusters share: each has a path of its own."""
    directories = [each for each in path.split("/") if each not in (".", "")]
    own = "/".join([prefix, repository, *directories])
    return {"deploy-key": f"{own}/deploy-key", "webhook-token": f"{own}/receiver/token"}


def of_bot(prefix: str, login: str, signing: str) -> Mapping[str, str]:
    """Return the names of the bot's signing key (`openpgp` or `ssh`) and of its passphrase."""
    kind = {"openpgp": "gpg-keys", "ssh": "ssh-signing-keys"}[signing]
    key = f"{prefix}/{kind}/{login}"
    return {"signing-key": key, "signing-passphrase": f"{key}/passphrase"}


def of_github_app(prefix: str, app_id: int) -> Mapping[str, str]:
    """Return the name of a GitHub App's private key."""
    return {"private-key": f"{prefix}/github-app/{app_id}/private-key"}


def of_notification(prefix: str, name: str, keys: list[str]) -> Mapping[str, str]:
    """Return the names of a notification's secrets by key."""
    return {key: f"{prefix}/notifications/{name}/{key}" for key in keys}


def of_monitoring(prefix: str) -> Mapping[str, str]:
    """Return the names of the chat webhooks."""
    return {chat: f"{prefix}/monitoring/{chat}-webhook" for chat in ("slack", "discord")}
