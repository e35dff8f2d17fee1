"""One application, from its deploy key to its webhook; read from top to bottom it is the order of dependencies."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi

from components import templates, values
from components.config import secret
from components.deploy_key import DeployKey
from components.external_secret import ExternalSecret
from components.git_repository import GitRepository
from components.github_webhook import GithubWebhook
from components.kustomization import Kustomization
from components.parameter import Parameter
from components.receiver import Receiver
from components.receiver_route import ReceiverRoute
from components.webhook_token import WebhookToken


class ApplicationArgs(TypedDict):
    """Inputs of an Application."""

    stack: values.Stack
    """What all applications of the stack share."""
    application: values.Application
    """What is the application's own."""
    known_hosts: pulumi.Input[str]
    """The Git server's SSH host keys, as a known_hosts file."""
    signing_key: Mapping[str, Parameter]
    """The bot's `key` and `passphrase`; empty when there is no bot."""


class Application(pulumi.ComponentResource):
    """Everything between one GitHub repository and one cluster.

    Not made here: the repository, its contents, the bot's key (Bot), the ClusterSecretStore, the Gateway, Flux itself.
    """

    deploy_key: DeployKey
    receiver: Receiver
    webhook: GithubWebhook
    parameters: dict[str, Parameter]
    """The SSM parameters by what they hold."""
    url: pulumi.Output[str]
    """Secret: the receiver URL; known once the Gateway serves it."""

    def __init__(
        self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the application's resources; `name` is `owner/repository`."""
        super().__init__("fluxhook:index:Application", name, {}, opts)
        self._name, self._stack, self._app = name, args["stack"], args["application"]
        self._child = child = pulumi.ResourceOptions(parent=self)
        stack, app, namespace = self._stack, self._app, self._stack.namespace
        self.parameters = {}

        # Keys and tokens, each made once and at rest in Parameter Store.
        self.deploy_key = DeployKey(
            name,
            {
                "repository": app.repository_name,
                "title": app.deploy_key.title,
                "writable": app.deploy_key.writable,
            },
            child,
        )
        token = WebhookToken(name, {"length": stack.token_length}, child).token
        identity = self._store(
            "deploy-key", stack.deploy_key_parameter(app), self.deploy_key.private_key
        )
        webhook_token = self._store("webhook-token", stack.webhook_token_parameter(app), token)

        # The Secrets that Flux reads them from.
        git = templates.git(self.deploy_key.public_key, args["known_hosts"])
        git_secret = self._sync("git", {"identity": identity}, git)
        token_secret = self._sync(
            "webhook-token", {"token": webhook_token}, templates.webhook_token()
        )
        if app.image and (registry_token := secret(stack.registry_token)) and app.image.private:
            registry = self._store(
                "registry-token", stack.registry_token_parameter(app), registry_token
            )
            user = stack.bot.login if stack.bot else stack.owner
            docker = templates.docker(app.image.name, user)
            self._sync("docker", {"token": registry}, docker, templates.DOCKER)
        if app.image and args["signing_key"]:
            key = args["signing_key"]
            self._sync("gpgkey", key, templates.signing_key(key))

        # What Flux pulls and applies.
        source = GitRepository(
            name,
            {
                "object_name": app.name,
                "namespace": namespace,
                "repository": app.repository,
                "secret_name": git_secret,
                "branch": app.branch,
                "interval": app.interval,
                "timeout": app.timeout,
            },
            child,
        )
        kustomization = Kustomization(
            name,
            {
                "object_name": app.name,
                "namespace": namespace,
                "source_name": source.object_name,
                "path": app.kustomization.path,
                "interval": app.kustomization.interval,
                "prune": app.kustomization.prune,
                "force": app.kustomization.force,
                "wait": app.kustomization.wait,
                "target_namespace": app.kustomization.target_namespace,
                "depends_on": app.kustomization.depends_on,
            },
            child,
        )

        # The way from GitHub to Flux, and last the webhook that uses it.
        self.receiver = Receiver(
            name,
            {
                "object_name": app.receiver_name,
                "namespace": namespace,
                "source_name": source.object_name,
                "secret_name": token_secret,
                "token": token,
                "branch": app.branch,
                "events": app.receiver.events,
                "interval": app.receiver.interval,
            },
            child,
        )
        route = ReceiverRoute(
            name,
            {
                "object_name": f"{app.name}-receiver",
                "namespace": namespace,
                "host": stack.host,
                "path": self.receiver.path,
                "gateway": stack.gateway.name,
                "gateway_namespace": stack.gateway.namespace,
                "section": stack.gateway.section_name,
            },
            child,
        )
        self.url = pulumi.Output.concat(stack.base_url, route.path)
        self.webhook = GithubWebhook(
            name,
            {
                "repository": app.repository_name,
                "url": self.url,
                "token": token,
                "events": app.webhook.events,
                "verify_tls": stack.verify_tls,
                # GitHub must not announce a push before there is something to apply it.
                "after": [kustomization],
            },
            child,
        )
        self.register_outputs({})

    def _store(self, what: str, parameter_name: str, value: pulumi.Input[str]) -> Parameter:
        parameter = Parameter(
            f"{self._name}/{what}",
            {
                "parameter_name": parameter_name,
                "value": value,
                "description": f"{what} of {self._name}, made by fluxhook",
                "tier": self._stack.parameter_tier,
                "key_id": self._stack.kms_key_id,
            },
            self._child,
        )
        self.parameters[what] = parameter
        return parameter

    def _sync(
        self,
        what: str,
        parameters: Mapping[str, Parameter],
        template: templates.Template,
        kind: str = "Opaque",
    ) -> pulumi.Output[str]:
        return ExternalSecret(
            f"{self._name}/{what}",
            {
                "secret_name": f"{self._app.name}-{what}",
                "namespace": self._stack.namespace,
                "parameters": parameters,
                "template": template,
                "secret_type": kind,
                "store": self._stack.secret_store,
                "refresh_interval": self._stack.refresh_interval,
            },
            self._child,
        ).secret_name
