"""The token that GitHub signs deliveries with and that the Receiver checks them against."""

import pulumi
import pulumi_random as random


def webhook_token(
    name: str, length: pulumi.Input[int], parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Draw a secret token of letters and digits, once.

    Source: notification-controller `docs/spec/v1/receivers.md`, "Secret reference".
    """
    password = random.RandomPassword(
        f"{name}-token",
        length=length,
        special=False,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    token: pulumi.Output[str] = pulumi.Output.secret(password.result)
    return token
