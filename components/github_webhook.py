"""The last step: GitHub is told to call Flux."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

DEFAULT_EVENTS = ("push",)


class GithubWebhookArgs(TypedDict):
    """Inputs of a GithubWebhook."""

    repository: pulumi.Input[str]
    """Name of the repository, without its owner: the owner is the provider's."""
    url: pulumi.Input[str]
    """The receiver URL, with its path."""
    token: pulumi.Input[str]
    """What GitHub signs deliveries with: the Receiver's token."""
    events: NotRequired[Sequence[str]]
    """Events to send; defaults to push. `ping` is sent by GitHub on its own and must not be listed."""
    verify_tls: NotRequired[pulumi.Input[bool]]
    """Whether GitHub checks the receiver's certificate; defaults to True."""
    after: NotRequired[Sequence[pulumi.Resource]]
    """What must exist before GitHub's first delivery although none of its values is used here."""


class GithubWebhook(pulumi.ComponentResource):
    """One webhook of one repository. GitHub pings it at once, so it must be made when everything behind it answers.

    GitHub never gives the secret back (it shows asterisks), so a secret changed by hand on GitHub is not seen here.

    Source: GitHub REST, "Repository webhooks".
    """

    webhook_id: pulumi.Output[str]
    """Identifier of the webhook on GitHub."""

    def __init__(
        self, name: str, args: GithubWebhookArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the webhook."""
        super().__init__("fluxhook:index:GithubWebhook", name, {}, opts)
        verify_tls = pulumi.Output.from_input(args.get("verify_tls", True))
        webhook = github.RepositoryWebhook(
            f"{name}-webhook",
            repository=args["repository"],
            events=list(args.get("events", DEFAULT_EVENTS)),
            active=True,
            configuration={
                "url": pulumi.Output.secret(args["url"]),
                "content_type": "json",
                "secret": pulumi.Output.secret(args["token"]),
                "insecure_ssl": verify_tls.apply(lambda verify: not verify),
            },
            # `depends_on` of a component does not reach its children, so it is given here.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.get("after", []))),
        )
        self.webhook_id = webhook.id
        self.register_outputs({"webhook_id": self.webhook_id})
