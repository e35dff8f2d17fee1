"""The token that GitHub signs deliveries with and that the Receiver checks them against."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_random as random

MINIMUM_LENGTH = 32
"""Letters and digits: 190 bits. The hook path is a hash of the token, so a weak token could be guessed from a URL."""


class WebhookTokenArgs(TypedDict):
    """Inputs of a WebhookToken."""

    length: NotRequired[pulumi.Input[int]]
    """Length in characters; defaults to 32, the least that is taken."""


class WebhookToken(pulumi.ComponentResource):
    """One random token for one Receiver, made once, without special characters.

    Where it is stored is not decided here: that is a Parameter.

    Source: notification-controller `docs/spec/v1/receivers.md`, "Secret reference".
    """

    token: pulumi.Output[str]
    """Secret: the token."""

    def __init__(
        self, name: str, args: WebhookTokenArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Draw the token."""
        super().__init__("fluxhook:index:WebhookToken", name, {}, opts)
        password = random.RandomPassword(
            f"{name}-token",
            length=args.get("length", MINIMUM_LENGTH),
            special=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.token = pulumi.Output.secret(password.result)
        self.register_outputs({})
