"""The GitHub App with which Flux clones where deploy keys are forbidden."""

from typing import TypedDict

import pulumi

from components._secrets import Kept, Secrets
from components.config import secret
from components.parameter import Parameter
from components.values import Stack


class GithubAppArgs(TypedDict):
    """Inputs of a GithubApp."""

    stack: Stack
    """The stack's values; its githubApp and githubAppPrivateKey must be set."""


class GithubApp(pulumi.ComponentResource):
    """The private key of one GitHub App at rest, once per stack.

    The App itself, its installation and its key are made on GitHub: there is no API that makes them. It needs Contents:
    read (write for image automation), and Commit statuses: write for commit status.

    Source: source-controller `docs/spec/v1/gitrepositories.md`, "GitHub".
    """

    kept: dict[str, Kept]
    """The private key (`key`)."""
    parameters: dict[str, Parameter]
    """Where it is stored."""

    def __init__(
        self, name: str, args: GithubAppArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Store the key."""
        super().__init__("fluxhook:index:GithubApp", name, {}, opts)
        stack = args["stack"]
        app, key = stack.github_app, secret(stack.github_app_private_key)
        if not (app and key):
            raise ValueError("GithubApp: the stack needs githubApp and githubAppPrivateKey")
        secrets = Secrets(name, stack, pulumi.ResourceOptions(parent=self))
        path = f"{stack.parameter_prefix}/github-app/{app.id}/private-key"
        self.kept = {"key": secrets.keep("private-key", path, key)}
        self.parameters = secrets.parameters
        self.register_outputs({})
