"""Keys and values of the Secrets in the cluster, as Flux and the kubelet read them.

A Secret is made by External Secrets from a template, or by Pulumi from the values; its data are described here once,
for both. Nothing is trimmed: OpenSSH refuses a private key without its final newline.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Protocol

import pulumi

from components.rules.github import registry_of

DOCKER_CONFIG = "kubernetes.io/dockerconfigjson"


class SecretSource(Protocol):
    """Where the data of a Secret take the secrets from, each of which has a key."""

    def plain(self, key: str) -> pulumi.Input[str]:
        """The secret itself."""

    def docker_config(self, registry: str, user: str, key: str) -> pulumi.Input[str]:
        """A Docker configuration with `user` and the secret as login of `registry`."""


SecretData = Callable[[SecretSource], Mapping[str, pulumi.Input[str]]]
"""Data of a Secret by key."""


class TemplateSource:
    """Expressions of an External Secrets template, in which `{{ .key }}` is the value of a parameter."""

    def plain(self, key: str) -> str:
        """The secret itself."""
        return f"{{{{ .{key} }}}}"

    def docker_config(self, registry: str, user: str, key: str) -> str:
        """A Docker configuration; `toJson` quotes the secret, whatever characters it has.

        Go's raw strings stand in backquotes, which neither a registry nor a user name has.
        """
        login = (
            f'{{"username":{json.dumps(user)},"password":{{{{ .{key} | toJson }}}},'
            f'"auth":"{{{{ printf `{user}:%s` .{key} | b64enc }}}}"}}'
        )
        return f'{{"auths":{{{json.dumps(registry)}:{login}}}}}'


class ValueSource:
    """The values themselves."""

    def __init__(self, values: Mapping[str, pulumi.Input[str]]) -> None:
        """`values` are the secrets by key."""
        self._values = {key: pulumi.Output.secret(value) for key, value in values.items()}

    def plain(self, key: str) -> pulumi.Output[str]:
        """The secret itself."""
        return self._values[key]

    def docker_config(self, registry: str, user: str, key: str) -> pulumi.Output[str]:
        """A Docker configuration."""

        def config(password: str) -> str:
            auth = base64.b64encode(f"{user}:{password}".encode()).decode()
            login = {"username": user, "password": password, "auth": auth}
            return json.dumps({"auths": {registry: login}})

        return self._values[key].apply(config)


def plain_keys(*keys: str) -> SecretData:
    """The secrets under their own keys."""
    return renamed_keys({key: key for key in keys})


def renamed_keys(keys: Mapping[str, str]) -> SecretData:
    """The secrets under other keys: `keys` maps each key of the Secret to that of a stored secret."""
    return lambda source: {key: source.plain(stored) for key, stored in keys.items()}


def ssh_identity(public_key: pulumi.Input[str], known_hosts: pulumi.Input[str]) -> SecretData:
    """For `GitRepository.spec.secretRef` over SSH; the stored secret is `identity`."""
    return lambda source: {
        "identity": source.plain("identity"),
        "identity.pub": public_key,
        "known_hosts": known_hosts,
    }


def github_app(app_id: int, installation_id: int) -> SecretData:
    """For `secretRef` of a GitRepository or Provider with a GitHub App; the stored secret is `key`.

    Source: source-controller `docs/spec/v1/gitrepositories.md`, "GitHub".
    """
    return lambda source: {
        "githubAppID": str(app_id),
        "githubAppInstallationID": str(installation_id),
        "githubAppPrivateKey": source.plain("key"),
    }


def docker_config(image: str, user: str) -> SecretData:
    """For `imagePullSecrets` and `ImageRepository.spec.secretRef`; the stored secret is `token`."""
    return lambda source: {
        ".dockerconfigjson": source.docker_config(registry_of(image), user, "token")
    }


def basic_auth(user: str) -> SecretData:
    """For `HelmRepository.spec.secretRef`; the stored secret is `token`."""
    return lambda source: {"username": user, "password": source.plain("token")}
