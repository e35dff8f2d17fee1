"""What the stack exports: flat outputs, secret and public ones under different names.

One secret inside an object makes the whole output secret. So the receiver URLs, which are as secret as their tokens,
stand apart from what a person or a script needs next.
"""

import json
from collections.abc import Mapping
from typing import Protocol

import pulumi
import pulumi_aws as aws

from components import Application, Bot
from components.rules.aws import secret_store_policy
from settings.models.settings import Settings


class StoresSecrets(Protocol):
    """A component that stores secrets."""

    parameters: dict[str, aws.ssm.Parameter]
    """Its SSM parameters by purpose."""


def export_outputs(
    settings: Settings,
    shared: Mapping[str, StoresSecrets | None],
    applications: Mapping[str, Application],
) -> None:
    """Export the outputs of the stack; those of applications are keyed by `owner/name` or `owner/name@instance`.

    `shared` are the components that a stack has once, by the name under which their parameters are listed.
    """
    urls = {name: app.url for name, app in applications.items()}
    pulumi.export("receiverUrls", pulumi.Output.secret(urls))
    pulumi.export("webhooks", {name: app.webhook_id for name, app in applications.items()})
    pulumi.export("receivers", {name: app.receiver_name for name, app in applications.items()})
    pulumi.export("deployKeys", _deploy_keys(applications))
    if isinstance(bot := shared.get("bot"), Bot):
        pulumi.export("signingKey", _signing_key(bot))
    parameters = {
        f"{name}/{purpose}": parameter
        for name, component in {**applications, **shared}.items()
        if component
        for purpose, parameter in component.parameters.items()
    }
    pulumi.export("parameters", {name: each.name for name, each in parameters.items()})
    if parameters:
        arns = pulumi.Output.all(*(each.arn for each in parameters.values()))
        key = settings.stack.kms_key_id
        policy = arns.apply(lambda known: json.dumps(secret_store_policy(known, key)))
        pulumi.export("secretStorePolicy", policy)


def _deploy_keys(
    applications: Mapping[str, Application],
) -> dict[str, dict[str, pulumi.Output[str] | str]]:
    return {
        name: {
            "id": app.deploy_key.key_id,
            "title": app.deploy_key.title,
            "repository": name.partition("/")[2].partition("@")[0],
            "publicKey": app.deploy_key.public_key,
        }
        for name, app in applications.items()
        if app.deploy_key
    }


def _signing_key(bot: Bot) -> dict[str, pulumi.Output[str]]:
    parts = {"fingerprint": bot.fingerprint, "keyId": bot.key_id, "publicKey": bot.public_key}
    return {name: part for name, part in parts.items() if part is not None}
