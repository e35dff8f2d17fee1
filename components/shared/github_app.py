"""The GitHub App with which Flux clones where deploy keys are forbidden."""

from typing import NotRequired, TypedDict

import pulumi

from components.rules import parameter_names
from components.secrets.args import SecretsArgs, StoredSecret
from components.secrets.secrets import Secrets


class GithubAppArgs(TypedDict):
    """Inputs of a GithubApp."""

    app_id: int
    """Id of the App."""
    private_key: pulumi.Input[str]
    """Private key of the App, a secret in PEM form."""
    secrets: NotRequired[SecretsArgs]
    """How the private key is stored."""


class GithubApp(pulumi.ComponentResource):
    """The private key of one GitHub App at rest, once per stack.

    The App itself, its installation and its key are created on GitHub: there is no API for that. It needs Contents:
    read (write for image automation), and Commit statuses: write for commit status.

    Source: source-controller `docs/spec/v1/gitrepositories.md`, "GitHub".
    """

    private_key: StoredSecret
    """The private key, for `github_app` of an Application."""

    def __init__(
        self, name: str, args: GithubAppArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Store the key."""
        super().__init__("fluxhook:index:GithubApp", name, {}, opts)
        secrets = Secrets(name, args.get("secrets", {}), self)
        parameter = parameter_names.github_app_key(secrets.prefix, args["app_id"])
        self.private_key = secrets.store("private-key", parameter, args["private_key"])
        self.parameters = secrets.parameters
        self.register_outputs({})
