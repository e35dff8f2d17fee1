"""What the stack publishes: flat outputs, secret and plain ones under different names.

One secret inside an object makes the whole output secret, so the receiver URLs, as secret as their tokens, stand apart
from what a person or a script needs next.
"""

import json
from collections.abc import Mapping
from typing import Protocol

import pulumi

from components import _rules
from components.application import Application
from components.bot import Bot
from components.parameter import Parameter
from components.signing_key import SigningKey
from components.values import Stack


class Keeper(Protocol):
    """A component that stores secret values."""

    parameters: dict[str, Parameter]
    """Where each is stored, by what it is."""


def publish(
    stack: Stack, once: Mapping[str, Keeper], applications: Mapping[str, Application]
) -> None:
    """Export the outputs of the stack; maps are keyed by `owner/repository`, parameters by what they hold.

    `once` has the components that a stack makes once, by the name that their parameters are listed under.
    """
    pulumi.export(
        "receiverUrls", pulumi.Output.secret({name: app.url for name, app in applications.items()})
    )
    pulumi.export("webhooks", {name: app.webhook.webhook_id for name, app in applications.items()})
    pulumi.export(
        "receivers", {name: app.receiver.object_name for name, app in applications.items()}
    )
    pulumi.export(
        "deployKeys",
        {
            name: {
                "id": app.deploy_key.key_id,
                "title": app.deploy_key.title,
                "repository": app.deploy_key.repository,
                "publicKey": app.deploy_key.public_key,
            }
            for name, app in applications.items()
            if app.deploy_key
        },
    )
    if isinstance(bot := once.get("bot"), Bot):
        pulumi.export("signingKey", _signing_key(bot))
    parameters = {
        f"{name}/{what}": parameter
        for name, keeper in {**applications, **once}.items()
        for what, parameter in keeper.parameters.items()
    }
    pulumi.export("parameters", {name: each.parameter_name for name, each in parameters.items()})
    if not parameters:
        return
    policy = pulumi.Output.all(*(each.arn for each in parameters.values())).apply(
        lambda arns: json.dumps(_rules.secret_store_policy(arns, stack.kms_key_id))
    )
    pulumi.export("secretStorePolicy", policy)


def _signing_key(bot: Bot) -> dict[str, pulumi.Output[str]]:
    key = bot.signing_key
    own = (
        {"fingerprint": key.fingerprint, "keyId": key.key_id} if isinstance(key, SigningKey) else {}
    )
    return {**own, "publicKey": key.public_key}
