"""Default names of all SSM parameters: the one place where they are built.

They contain the owner, since two owners may have repositories of one name. A name that a user writes takes the place of
the default; `settings.parameters` compares all names of a stack. `repository` is always `owner/name`.
"""


def of_instance(repository: str, instance: str | None) -> str:
    """Return what stands for the repository in the names of one of its instances."""
    return f"{repository}/{instance}" if instance else repository


def of_delivery(repository: str, object_name: str, delivery: str) -> str:
    """Return what stands for the repository in the names of a delivery, unless it is called as the application is."""
    return repository if delivery == object_name else f"{repository}/{delivery}"


def deploy_key(prefix: str, repository: str) -> str:
    """Return the name of an application's private deploy key."""
    return f"{prefix}/{repository}/deploy-key"


def registry_token(prefix: str, repository: str) -> str:
    """Return the name of the token that pulls an application's private image."""
    return f"{prefix}/{repository}/ghcr-token"


def chart_token(prefix: str, repository: str) -> str:
    """Return the name of the password of an application's Helm repository."""
    return f"{prefix}/{repository}/chart-token"


def commit_status_token(prefix: str, repository: str) -> str:
    """Return the name of the token that writes an application's commit statuses."""
    return f"{prefix}/{repository}/commit-status-token"


def webhook_token(prefix: str, repository: str, object_name: str, namespace: str) -> str:
    """Return the name of a webhook token.

    Object name and Flux's namespace are part of it because they are part of the receiver path, too.
    """
    owner = repository.partition("/")[0]
    return f"{prefix}/{owner}/{object_name}/{namespace}/receiver/token"


def cluster_sync(prefix: str, repository: str, path: str) -> str:
    """Return the first segments for the cluster's own repository, which clusters share by a path each."""
    directories = [each for each in path.split("/") if each not in (".", "")]
    return "/".join([prefix, repository, *directories])


def signing_key(prefix: str, login: str, signing: str) -> str:
    """Return the name of the bot's signing key; `signing` is `openpgp` or `ssh`."""
    kind = {"openpgp": "gpg-keys", "ssh": "ssh-signing-keys"}[signing]
    return f"{prefix}/{kind}/{login}"


def signing_passphrase(key: str) -> str:
    """Return the name of the passphrase of the signing key that has the name `key`."""
    return f"{key}/passphrase"


def github_app_key(prefix: str, app_id: int) -> str:
    """Return the name of a GitHub App's private key."""
    return f"{prefix}/github-app/{app_id}/private-key"


def notification(prefix: str, name: str, key: str) -> str:
    """Return the name of a notification's secret."""
    return f"{prefix}/notifications/{name}/{key}"


def monitoring(prefix: str, chat: str) -> str:
    """Return the name of a chat webhook; `chat` is `slack` or `discord`."""
    return f"{prefix}/monitoring/{chat}-webhook"
