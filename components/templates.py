"""What the Secrets in the cluster hold: keys as Flux reads them, values as External Secrets templates.

In a template `{{ .name }}` is the value of the parameter that the ExternalSecret calls by that name. Nothing is
trimmed: without its final newline OpenSSH refuses a private key.
"""

import json
from collections.abc import Mapping

import pulumi
import pulumi_github as github

from components import _rules

Template = Mapping[str, pulumi.Input[str]]
DOCKER = "kubernetes.io/dockerconfigjson"


def git(public_key: pulumi.Input[str], known_hosts: pulumi.Input[str]) -> Template:
    """For `GitRepository.spec.secretRef` over SSH; the parameter is called `identity`."""
    return {
        "identity": "{{ .identity }}",
        "identity.pub": public_key,
        "known_hosts": known_hosts,
    }


def docker(image: str, user: str) -> Template:
    """For `imagePullSecrets` and `ImageRepository.spec.secretRef`; the parameter is called `token`."""
    login = {
        "username": user,
        "password": "{{ .token }}",
        # Backquotes are Go's raw strings: a double quote would end the JSON string that this stands in.
        "auth": f"{{{{ printf `{user}:%s` .token | b64enc }}}}",
    }
    return {".dockerconfigjson": json.dumps({"auths": {_rules.registry_of(image): login}})}


def signing_key(parameters: Mapping[str, object]) -> Template:
    """For `ImageUpdateAutomation.spec.git.commit.signingKey`; parameters `key` and, if it has one, `passphrase`."""
    names = {"key": "git.asc", "passphrase": "passphrase"}
    return {names[parameter]: f"{{{{ .{parameter} }}}}" for parameter in parameters}


def webhook_token() -> Template:
    """For `Receiver.spec.secretRef`; the parameter is called `token`."""
    return {"token": "{{ .token }}"}


def known_hosts(provider: github.Provider) -> pulumi.Output[str]:
    """GitHub's SSH host keys as GitHub's API tells them: neither pasted nor scanned.

    Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    answer = github.get_ssh_keys_output(opts=pulumi.InvokeOutputOptions(provider=provider))
    return answer.keys.apply(lambda keys: _rules.known_hosts("github.com", list(keys)))
