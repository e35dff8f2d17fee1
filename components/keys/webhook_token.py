"""The token that GitHub signs deliveries with and that the Receiver checks them against."""

import pulumi
import pulumi_random as random

from components.rules.generations import suffix


def webhook_token(
    name: str,
    length: pulumi.Input[int],
    generation: int,
    parent: pulumi.Resource,
    keeps_length: bool = False,
) -> pulumi.Output[str]:
    """Draw a secret token of letters and digits, once; one that `keeps_length` is not drawn anew for another length.

    Source: notification-controller `docs/spec/v1/receivers.md`, "Secret reference".
    """
    password = random.RandomPassword(
        f"{name}-token{suffix(generation)}",
        length=length,
        special=False,
        opts=pulumi.ResourceOptions(
            parent=parent, ignore_changes=["length"] if keeps_length else None
        ),
    )
    token: pulumi.Output[str] = pulumi.Output.secret(password.result)
    return token
