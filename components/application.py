"""One application, from its deploy key to its webhook; read from top to bottom it is the order of dependencies."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi

from components import templates, values
from components._secrets import Secrets
from components.config import secret
from components.deploy_key import DeployKey
from components.git_repository import GitRepository
from components.github_webhook import GithubWebhook
from components.image_automation import ImageAutomation
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
        child = pulumi.ResourceOptions(parent=self)
        stack, app, namespace = args["stack"], args["application"], args["stack"].namespace
        secrets = Secrets(name, stack, app.name, child)
        self.parameters = secrets.parameters

        # Keys and tokens, each made once and at rest in Parameter Store.
        self.deploy_key = DeployKey(
            name,
            {
                "repository": app.repository_name,
                "title": app.deploy_key.title,
                "writable": app.pushes,
            },
            child,
        )
        token = WebhookToken(name, {"length": stack.token_length}, child).token
        identity = secrets.store(
            "deploy-key", stack.deploy_key_parameter(app), self.deploy_key.private_key
        )
        webhook_token = secrets.store("webhook-token", stack.webhook_token_parameter(app), token)

        # The Secrets that Flux reads them from.
        git = templates.git(self.deploy_key.public_key, args["known_hosts"])
        git_secret = secrets.sync("git", {"identity": identity}, git)
        token_secret = secrets.sync(
            "webhook-token", {"token": webhook_token}, templates.webhook_token()
        )
        docker_secret, signing_secret = None, None
        if app.image and (registry_token := secret(stack.registry_token)) and app.image.private:
            registry = secrets.store(
                "registry-token", stack.registry_token_parameter(app), registry_token
            )
            user = stack.bot.login if stack.bot else stack.owner
            docker = templates.docker(app.image.name, user)
            docker_secret = secrets.sync("docker", {"token": registry}, docker, templates.DOCKER)
        if app.automated and (key := args["signing_key"]):
            signing_secret = secrets.sync("gpgkey", key, templates.signing_key(key))

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

        # Its next image: found in the registry, committed by the bot.
        if app.image and stack.bot and signing_secret:
            ImageAutomation(
                name,
                {
                    "object_name": app.name,
                    "namespace": namespace,
                    "image": app.image.name,
                    "pull_secret_name": docker_secret,
                    "policy": app.image.policy.choice,
                    "filter_tags": app.image.policy.filter,
                    "interval": app.image.interval,
                    "source_name": source.object_name,
                    "branch": app.branch,
                    "path": app.kustomization.path,
                    "author_name": stack.bot.name,
                    "author_email": stack.bot.email,
                    "signing_secret_name": signing_secret,
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
