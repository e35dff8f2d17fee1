"""The github provider: its options, its token, and which types and functions it has."""

import os
from collections.abc import Mapping

from lab.plugins.diff import Difference, compare
from lab.plugins.github_client import GithubClient
from lab.plugins.github_file import RepositoryFile
from lab.plugins.github_resources import RepositoryDeployKey, RepositoryWebhook, UserGpgKey
from lab.plugins.model import Failure, Provider, ResourceType
from lab.plugins.properties import Property, faults, read_config
from lab.plugins.values import Properties, Secret

_GET_SSH_KEYS = "github:index/getSshKeys:getSshKeys"
_OPTIONS: Mapping[str, Property] = {
    "version": Property(),
    "token": Property(),
    "owner": Property(),
    "organization": Property(),
    "baseUrl": Property(),
    "insecure": Property("boolean"),
    "legacyClient": Property("boolean"),
    "maxPerPage": Property("integer"),
    "maxRetries": Property("integer"),
    "parallelRequests": Property("boolean"),
    # The official plugin's pauses protect the real GitHub; at a double they only cost time.
    "readDelayMs": Property("integer"),
    "retryDelayMs": Property("integer"),
    "writeDelayMs": Property("integer"),
}


class GithubProvider(Provider):
    """Serves one GitHub account with one token."""

    name = "github"

    def __init__(self, version: str) -> None:
        """Stands in for the official plugin of that version."""
        super().__init__(version)
        client = self._client = GithubClient(version)
        self._types: dict[str, ResourceType] = {
            "github:index/repositoryDeployKey:RepositoryDeployKey": RepositoryDeployKey(client),
            "github:index/repositoryFile:RepositoryFile": RepositoryFile(client),
            "github:index/repositoryWebhook:RepositoryWebhook": RepositoryWebhook(client),
            "github:index/userGpgKey:UserGpgKey": UserGpgKey(client),
        }

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses options that the stand-in does not have, such as a GitHub App."""
        inputs = dict(news)
        if "token" in inputs and not isinstance(inputs["token"], Secret):
            inputs["token"] = Secret(inputs["token"])
        return inputs, faults(_OPTIONS, read_config(_OPTIONS, news))

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """A change never replaces the provider."""
        return Difference(compare(olds, news))

    def configure(self, config: Properties) -> None:
        """Takes over token, owner and base URL, from the environment where they are not given."""
        read = read_config(_OPTIONS, config)

        def option(name: str, variable: str) -> str:
            return str(read.get(name) or os.environ.get(variable) or "")

        owner = option("owner", "GITHUB_OWNER") or option("organization", "GITHUB_ORGANIZATION")
        retries = read.get("maxRetries")
        self._client.configure(
            base_url=option("baseUrl", "GITHUB_BASE_URL") or "https://api.github.com/",
            token=option("token", "GITHUB_TOKEN"),
            owner=owner,
            retries=retries if isinstance(retries, int) else 3,
        )

    def close(self) -> None:
        """Closes the connections to GitHub."""
        self._client.close()

    def resource(self, token: str) -> ResourceType:
        """The type behind a token."""
        if token not in self._types:
            raise self.not_covered(f"resource type {token}")
        return self._types[token]

    def invoke(self, token: str, args: Properties) -> Properties:
        """Answers github:index/getSshKeys:getSshKeys from GitHub's `GET /meta`."""
        if token != _GET_SSH_KEYS:
            raise self.not_covered(f"function {token}")
        answer, _ = self._client.request("GET", "meta")
        return {"id": "github-ssh-keys", "keys": answer["ssh_keys"]}
