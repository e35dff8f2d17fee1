"""What the Secrets in the cluster hold, under the keys that Flux reads.

A Secret is made by External Secrets from a template, or by Pulumi from the values; what it holds is said here once,
for both. Nothing is trimmed: without its final newline OpenSSH refuses a private key.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Protocol

import pulumi
import pulumi_github as github

from components import _rules

DOCKER = "kubernetes.io/dockerconfigjson"


class Reader(Protocol):
    """How a Secret's contents come by the secret values, each of which has a name."""

    def value(self, name: str) -> pulumi.Input[str]:
        """The value itself."""

    def basic(self, user: str, name: str) -> pulumi.Input[str]:
        """`user:value` in base64, as basic authentication has it."""


Contents = Callable[[Reader], Mapping[str, pulumi.Input[str]]]
"""What a Secret holds by its keys."""


class Template:
    """Expressions of an External Secrets template, in which `{{ .name }}` is the value of a parameter."""

    def value(self, name: str) -> str:
        """The value itself."""
        return f"{{{{ .{name} }}}}"

    def basic(self, user: str, name: str) -> str:
        """Go's raw strings stand in backquotes: a double quote would end the JSON string that this stands in."""
        return f"{{{{ printf `{user}:%s` .{name} | b64enc }}}}"


class Direct:
    """The values themselves."""

    def __init__(self, values: Mapping[str, pulumi.Output[str]]) -> None:
        """`values` by their names."""
        self._values = values

    def value(self, name: str) -> pulumi.Output[str]:
        """The value itself."""
        return self._values[name]

    def basic(self, user: str, name: str) -> pulumi.Output[str]:
        """`user:value` in base64."""
        return self._values[name].apply(
            lambda value: base64.b64encode(f"{user}:{value}".encode()).decode()
        )


def named(keys: Mapping[str, str]) -> Contents:
    """The secret values as they are: `keys` has the name of the value of each key."""
    return lambda reader: {key: reader.value(name) for key, name in keys.items()}


WEBHOOK_TOKEN = named({"token": "token"})
"""For `Receiver.spec.secretRef`."""


def deploy_key(public_key: pulumi.Input[str], known_hosts: pulumi.Input[str]) -> Contents:
    """For `GitRepository.spec.secretRef` over SSH; the value is called `identity`."""
    return lambda reader: {
        "identity": reader.value("identity"),
        "identity.pub": public_key,
        "known_hosts": known_hosts,
    }


def github_app(app_id: int, installation_id: int) -> Contents:
    """For `secretRef` of a GitRepository or Provider with a GitHub App; the value is called `key`.

    Source: source-controller `docs/spec/v1/gitrepositories.md`, "GitHub".
    """
    return lambda reader: {
        "githubAppID": str(app_id),
        "githubAppInstallationID": str(installation_id),
        "githubAppPrivateKey": reader.value("key"),
    }


def docker(image: str, user: str) -> Contents:
    """For `imagePullSecrets` and `ImageRepository.spec.secretRef`; the value is called `token`."""

    def contents(reader: Reader) -> Mapping[str, pulumi.Input[str]]:
        login = {
            "username": user,
            "password": reader.value("token"),
            "auth": reader.basic(user, "token"),
        }
        auths = {"auths": {_rules.registry_of(image): login}}
        return {".dockerconfigjson": pulumi.Output.json_dumps(auths)}

    return contents


def basic_auth(user: str) -> Contents:
    """For `HelmRepository.spec.secretRef`; the value is called `token`."""
    return lambda reader: {"username": user, "password": reader.value("token")}


def known_hosts(provider: github.Provider) -> pulumi.Output[str]:
    """GitHub's SSH host keys as GitHub's API tells them: neither pasted nor scanned.

    Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    answer = github.get_ssh_keys_output(opts=pulumi.InvokeOutputOptions(provider=provider))
    return answer.keys.apply(lambda keys: _rules.known_hosts("github.com", list(keys)))
