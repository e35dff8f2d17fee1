"""The bot: its signing key, on its GitHub account and at rest."""

from typing import TypedDict

import pulumi

from components._secrets import Kept, Secrets
from components.config import secret
from components.parameter import Parameter
from components.signing_key import SigningKey
from components.ssh_signing_key import SshSigningKey
from components.values import Stack


class BotArgs(TypedDict):
    """Inputs of a Bot."""

    stack: Stack
    """The stack's values; its bot must be set."""


class Bot(pulumi.ComponentResource):
    """The bot's signing key, OpenPGP or SSH, with its private half and its passphrase at rest.

    Once per stack, however many applications the bot commits to. Its account, and the right to push, are not made here.
    """

    signing_key: SigningKey | SshSigningKey
    """The key."""
    kept: dict[str, Kept]
    """The private half (`key`) and, if there is one, the `passphrase`."""
    parameters: dict[str, Parameter]
    """Where they are stored."""

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
        if stack.bot.signing == "ssh":
            self.signing_key = SshSigningKey(name, {}, child)
        else:
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
        secrets = Secrets(name, stack, child)
        self.kept = {"key": secrets.keep("signing-key", path, self.signing_key.private_key)}
        if passphrase:
            self.kept["passphrase"] = secrets.keep(
                "signing-passphrase", f"{path}/passphrase", passphrase
            )
        self.parameters = secrets.parameters
        self.register_outputs({"public_key": self.signing_key.public_key})
