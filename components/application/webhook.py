"""A webhook, from its token to GitHub: token, parameter, Secret, Receiver, the way in, and last the GitHub webhook."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.entry.exposure import ExposureArgs, expose
from components.flux.receiver import ReceiverArgs, receiver
from components.keys.webhook_token import webhook_token
from components.objects.place import Place
from components.rules import defaults, generations, parameter_names
from components.secrets.args import SecretsArgs
from components.secrets.data import plain_keys
from components.secrets.secrets import Secrets


class WebhookOptions(TypedDict):
    """The GitHub webhook of an application."""

    events: NotRequired[Sequence[str]]
    """Events to send; defaults to push. GitHub sends `ping` by itself, so it must not be listed."""
    verify_tls: NotRequired[pulumi.Input[bool]]
    """Whether GitHub checks the receiver's certificate; defaults to True."""


class WebhookArgs(TypedDict):
    """Inputs of a Webhook."""

    repository: str
    """`owner/name` on GitHub; the provider must be the owner's."""
    object_name: str
    """Name of the application's Flux objects: first part of the names of Secret and route."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of Flux; defaults to flux-system."""
    sources: Mapping[str, Sequence[pulumi.Input[str]]]
    """Names of the sources to reconcile by kind, such as GitRepository; source kinds only."""
    branch: NotRequired[str]
    """The branch that the source follows: a push to another one reconciles nothing; defaults to main."""
    webhook: NotRequired[WebhookOptions]
    """Options of the GitHub webhook."""
    exposure: ExposureArgs
    """The public address, and what leads to it."""
    receiver: NotRequired[ReceiverArgs]
    """Options of the Receiver."""
    generations: NotRequired[Sequence[int]]
    """Generations of the token that exist, ascending; GitHub uses the last. Defaults to 1 alone."""
    secrets: NotRequired[SecretsArgs]
    """How the token is stored and reaches the cluster."""


class Webhook(pulumi.ComponentResource):
    """The GitHub webhook of one repository, and all that must answer before GitHub calls.

    GitHub pings the webhook at once, so it is created last. What must exist before although none of its values is used,
    such as the delivery, goes into `depends_on`. GitHub never returns the secret (it shows asterisks), so a secret that
    was changed by hand on GitHub is not noticed.

    Each generation of the token has a parameter, a Secret, a Receiver and a way in of its own. The webhook is one: its
    URL and its secret change by a single request, and what a former generation had is deleted after that.

    Source: GitHub REST, "Repository webhooks"; Flux, "Setup Webhook Receivers".
    """

    url: pulumi.Output[str]
    """Secret: the receiver URL, known once it is served."""
    webhook_id: pulumi.Output[str]
    """Identifier of the webhook on GitHub."""
    receiver_name: pulumi.Output[str]
    """Name of the Receiver."""

    def __init__(
        self, name: str, args: WebhookArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create all of it; the GitHub webhook comes last."""
        super().__init__("fluxhook:index:Webhook", name, {}, opts)
        self._args = args
        namespace = args.get("namespace", defaults.NAMESPACE)
        self._place = Place(name, args["object_name"], namespace, self)
        self._secrets = Secrets(name, args.get("secrets", {}), self)
        *former, newest = generations.checked(name, args.get("generations", generations.FIRST))
        for generation in former:
            self._serve(generation, is_former=True)
        token, self.receiver_name, self.url = self._serve(newest)
        hook = args.get("webhook", {})
        verify_tls = pulumi.Output.from_input(hook.get("verify_tls", defaults.VERIFY_TLS))
        webhook = github.RepositoryWebhook(
            f"{name}/webhook",
            repository=args["repository"].partition("/")[2],
            events=list(hook.get("events", defaults.WEBHOOK_EVENTS)),
            active=True,
            configuration={
                "url": self.url,
                "content_type": "json",
                "secret": token,
                "insecure_ssl": verify_tls.apply(lambda verify: not verify),
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                # `depends_on` of a component does not reach its children.
                depends_on=opts.depends_on if opts else None,
                # GitHub accepts no second webhook with the same URL.
                delete_before_replace=True,
                hide_diffs=["etag"],
            ),
        )
        self.webhook_id = webhook.id
        self.parameters = self._secrets.parameters
        self.register_outputs({"webhook_id": self.webhook_id})

    def _serve(
        self, generation: int, is_former: bool = False
    ) -> tuple[pulumi.Output[str], pulumi.Output[str], pulumi.Output[str]]:
        """Create what answers to one generation; return its token, its Receiver's name and its receiver URL."""
        args, options = self._args, self._args.get("receiver", {})
        secrets, place = self._secrets.of(generation), self._place.of(generation)
        token = webhook_token(
            f"{place.name}/webhook",
            options.get("token_length", defaults.TOKEN_LENGTH),
            generation,
            self,
            keeps_length=is_former,
        )
        parameter = options.get("parameter") or pulumi.Output.from_input(place.namespace).apply(
            lambda known: parameter_names.webhook_token(
                secrets.prefix, args["repository"], args["object_name"], known
            )
        )
        secret_name = secrets.into_cluster(
            place,
            "webhook-token",
            {"token": secrets.store("webhook-token", parameter, token)},
            plain_keys("token"),
        )
        served = receiver(
            place.renamed(options.get("name") or place.object_name),
            args["sources"],
            args.get("branch", defaults.BRANCH),
            secret_name,
            token,
            options,
        )
        route = place.renamed(f"{place.object_name}-receiver")
        return token, served.object_name, expose(route, served.path, args["exposure"])
