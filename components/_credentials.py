"""Credentials of an application: what Flux clones, pulls, signs and reports with, each in a Secret of its own."""

from collections.abc import Mapping

import pulumi

from components import contents
from components._secrets import ClusterSecrets, Kept
from components.config import secret
from components.deploy_key import DeployKey
from components.values import Application, Stack

Name = pulumi.Output[str]
"""Name of a Secret, known once it is there."""


class Credentials:
    """Makes the credentials of one application, as its values say."""

    deploy_key: DeployKey | None
    """None when Flux clones as a GitHub App."""

    def __init__(
        self,
        name: str,
        app: Application,
        secrets: ClusterSecrets,
        stack: Stack,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """`name` is `owner/repository`; makes the deploy key, if there is one."""
        self._app, self._secrets, self._stack = app, secrets, stack
        self.deploy_key = None
        if app.credentials == "deploy-key":
            self.deploy_key = DeployKey(
                name,
                {
                    "repository": app.repository_name,
                    "title": app.deploy_key.title,
                    "writable": app.pushes,
                },
                opts,
            )

    def git(self, known_hosts: pulumi.Input[str], github_app: Mapping[str, Kept]) -> Name:
        """What Flux clones with: the deploy key, or the GitHub App."""
        if self.deploy_key is None:
            return self._secrets.sync("git", github_app, self._github_app())
        identity = self._secrets.keep(
            "deploy-key",
            self._stack.deploy_key_parameter(self._app),
            self.deploy_key.private_key,
        )
        holds = contents.deploy_key(self.deploy_key.public_key, known_hosts)
        return self._secrets.sync("git", {"identity": identity}, holds)

    def docker(self) -> Name | None:
        """What Flux looks into a private registry with."""
        app, token = self._app, secret(self._stack.registry_token)
        if not (app.image and app.image.private and token):
            return None
        path = self._stack.registry_token_parameter(app)
        user = self._stack.bot.login if self._stack.bot else self._stack.owner
        kept = {"token": self._secrets.keep("registry-token", path, token)}
        holds = contents.docker(app.image.name, user)
        return self._secrets.sync("docker", kept, holds, contents.DOCKER)

    def signing_key(self, kept: Mapping[str, Kept]) -> Name | None:
        """What Flux signs its commits with."""
        if not (self._app.automated and self._stack.bot and kept):
            return None
        if self._stack.bot.signing == "ssh":
            return self._secrets.sync("sshkey", kept, contents.named({"identity": "key"}))
        keys = {"git.asc": "key", "passphrase": "passphrase"}
        held = {key: name for key, name in keys.items() if name in kept}
        return self._secrets.sync("gpgkey", kept, contents.named(held))

    def commit_status(self, github_app: Mapping[str, Kept]) -> Name | None:
        """What Flux writes commit statuses with: the token for that, else the GitHub App."""
        if not self._app.commit_status:
            return None
        token = secret(self._stack.commit_status_token)
        if token is None:
            return self._secrets.sync("commit-status", github_app, self._github_app())
        path = self._stack.commit_status_token_parameter(self._app)
        kept = {"token": self._secrets.keep("commit-status-token", path, token)}
        return self._secrets.sync("commit-status", kept, contents.named({"token": "token"}))

    def _github_app(self) -> contents.Contents:
        app = self._stack.github_app
        if app is None:
            raise ValueError("Credentials: the stack has no GitHub App; write `githubApp`")
        return contents.github_app(app.id, app.installation_id)
