"""What the stack publishes: flat outputs, secret and plain ones under different names.

One secret inside an object makes the whole output secret, so the receiver URLs, as secret as their tokens, stand apart
from what a person or a script needs next.
"""

import json
from collections.abc import Mapping

import pulumi

from components import _rules
from components.application import Application
from components.bot import Bot
from components.values import Stack


def publish(stack: Stack, bot: Bot | None, applications: Mapping[str, Application]) -> None:
    """Export the outputs of the stack; every map is keyed by `owner/repository`, parameters by what they hold."""
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
        },
    )
    parameters = {
        f"{name}/{what}": parameter
        for name, app in applications.items()
        for what, parameter in app.parameters.items()
    }
    if bot and stack.bot:
        key = bot.signing_key
        parameters |= {f"{stack.bot.login}/{what}": each for what, each in bot.parameters.items()}
        pulumi.export("signingKey", {"fingerprint": key.fingerprint, "keyId": key.key_id})
    pulumi.export("parameters", {name: each.parameter_name for name, each in parameters.items()})
    policy = pulumi.Output.all(*(each.arn for each in parameters.values())).apply(
        lambda arns: json.dumps(_rules.secret_store_policy(arns, stack.kms_key_id))
    )
    pulumi.export("secretStorePolicy", policy)
