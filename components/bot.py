"""The bot: its signing key, on its GitHub account and at rest."""

from typing import TypedDict

import pulumi

from components._secrets import store
from components.config import secret
from components.parameter import Parameter
from components.signing_key import SigningKey
from components.values import Stack


class BotArgs(TypedDict):
    """Inputs of a Bot."""

    stack: Stack
    """The stack's values; its bot must be set."""


class Bot(pulumi.ComponentResource):
    """The bot's SigningKey, with its private half and its passphrase as SSM parameters.

    Once per stack, however many applications the bot commits to. Its account, and the right to push, are not made here.
    """

    signing_key: SigningKey
    """The key on GitHub."""
    parameters: dict[str, Parameter]
    """Where the private half (`key`) and, if there is one, the `passphrase` are stored."""

    def __init__(
        self, name: str, args: BotArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the key, upload it, store it."""
        super().__init__("fluxhook:index:Bot", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        stack = args["stack"]
        if stack.bot is None:
            raise ValueError("Bot: the stack has no bot; write `bot` into its configuration")
        passphrase = secret(stack.bot_passphrase)

        self.signing_key = SigningKey(
            name,
            {
                "user_name": stack.bot.name,
                "email": stack.bot.email,
                "passphrase": passphrase or "",
            },
            child,
        )
        path = stack.signing_key_parameter(stack.bot)
        values = {"key": (path, self.signing_key.private_key)}
        if passphrase:
            values["passphrase"] = (f"{path}/passphrase", passphrase)
        self.parameters = {
            what: store(
                f"{name}/signing-{what}",
                stack,
                parameter_name,
                value,
                f"Signing {what} of {name}",
                child,
            )
            for what, (parameter_name, value) in values.items()
        }
        self.register_outputs({"fingerprint": self.signing_key.fingerprint})
