"""One application, from its deploy key to its webhook; read from top to bottom it is the order of dependencies."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi

from components import contents, exposure, values
from components._credentials import Credentials
from components._delivery import deliver
from components._secrets import ClusterSecrets, Kept
from components.cluster import Cluster
from components.commit_status import CommitStatus
from components.deploy_key import DeployKey
from components.git_repository import GitRepository
from components.github_webhook import GithubWebhook
from components.image_automation import ImageAutomation
from components.parameter import Parameter
from components.receiver import Receiver
from components.scaffold import Scaffold
from components.webhook_token import WebhookToken


class ApplicationArgs(TypedDict):
    """Inputs of an Application."""

    cluster: Cluster
    """The cluster that takes it, and what all applications of the stack share."""
    application: values.Application
    """What is the application's own."""
    known_hosts: pulumi.Input[str]
    """The Git server's SSH host keys, as a known_hosts file."""
    signing_key: Mapping[str, Kept]
    """The bot's `key` and `passphrase`; empty when there is no bot."""
    github_app: Mapping[str, Kept]
    """The GitHub App's `key`; empty when there is none."""


class Application(pulumi.ComponentResource):
    """Everything between one GitHub repository and one cluster.

    Not made here: the repository, its contents (but for a scaffold), the bot's key (Bot), the Gateway, Flux itself.
    """

    deploy_key: DeployKey | None
    """None when Flux clones as a GitHub App."""
    receiver: Receiver
    webhook: GithubWebhook
    parameters: dict[str, Parameter]
    """The SSM parameters by what they hold."""
    url: pulumi.Output[str]
    """Secret: the receiver URL; known once it is served."""

    def __init__(
        self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the application's resources; `name` is `owner/repository`."""
        super().__init__("fluxhook:index:Application", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster, app = args["cluster"], args["application"]
        stack, namespace = cluster.stack, cluster.namespace
        secrets = ClusterSecrets(name, cluster, app.name, child)

        # Keys and tokens, each made once, at rest, and in the Secrets that Flux reads them from.
        credentials = Credentials(name, app, secrets, stack, child)
        self.deploy_key = credentials.deploy_key
        git_secret = credentials.git(args["known_hosts"], args["github_app"])
        docker_secret = credentials.docker()
        signing_secret = credentials.signing_key(args["signing_key"])
        token = WebhookToken(name, {"length": stack.token_length}, child).token
        kept = {"token": secrets.keep("webhook-token", stack.webhook_token_parameter(app), token)}
        token_secret = secrets.sync("webhook-token", kept, contents.WEBHOOK_TOKEN)

        # What is delivered, and where to.
        beside: list[pulumi.Resource] = []
        if app.scaffold:
            files = Scaffold(name, {"application": app, "namespace": stack.namespace}, child)
            beside.append(files.last)
        target = app.target_namespace
        target_namespace = cluster.target_namespaces.get(target, target) if target else None
        source = GitRepository(
            name,
            {
                "object_name": app.name,
                "namespace": namespace,
                "repository": app.repository,
                "secret_name": git_secret,
                "github_app": app.credentials == "github-app",
                "branch": app.branch,
                "interval": app.interval,
                "timeout": app.timeout,
            },
            child,
        )
        delivery, sources = deliver(
            name, app, source.object_name, secrets, stack, target_namespace, child
        )
        if status_secret := credentials.commit_status(args["github_app"]):
            beside.append(
                CommitStatus(
                    name,
                    {
                        "object_name": app.name,
                        "namespace": namespace,
                        "repository": app.repository,
                        "secret_name": status_secret,
                    },
                    child,
                )
            )

        # Its next image: found in the registry, committed by the bot.
        if app.image and stack.bot and signing_secret:
            beside.append(
                ImageAutomation(
                    name,
                    {
                        "object_name": app.name,
                        "namespace": namespace,
                        "image": app.image,
                        "pull_secret_name": docker_secret,
                        "source_name": source.object_name,
                        "branch": app.branch,
                        "path": app.path,
                        "bot": stack.bot,
                        "signing_secret_name": signing_secret,
                    },
                    child,
                )
            )

        # The way from GitHub to Flux, and last the webhook that uses it.
        self.receiver = Receiver(
            name,
            {
                "object_name": app.receiver_name,
                "namespace": namespace,
                "sources": sources,
                "secret_name": token_secret,
                "token": token,
                "branch": app.branch,
                "events": app.receiver.events,
                "interval": app.receiver.interval,
            },
            child,
        )
        self.url = exposure.serve(name, cluster, f"{app.name}-receiver", self.receiver, child)
        self.webhook = GithubWebhook(
            name,
            {
                "repository": app.repository_name,
                "url": self.url,
                "token": token,
                "events": app.webhook.events,
                "verify_tls": stack.verify_tls,
                # GitHub must not announce a push before there is something to apply it.
                "after": [delivery, *beside],
            },
            child,
        )
        self.parameters = secrets.parameters
        self.register_outputs({})
