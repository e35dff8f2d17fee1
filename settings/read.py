"""Reads a stack's configuration once: typed settings, or one refusal with every fault.

A fault says where, which rule and what to write instead; never a value, since a secret may stand under a wrong key.
"""

import os
from collections.abc import Collection, Mapping, Sequence

import pulumi
import pulumi.runtime.config

from components.rules.choices import Signing
from settings.decode import NOT_WRITTEN, decode
from settings.faults import faults_between_keys
from settings.messages import SECRETS
from settings.models.settings import PROJECT, Settings
from settings.pull_request import as_pull_request

NO_BOT_TOKEN = (
    f"{PROJECT}:bot: needs the bot's token in $GITHUB_BOT_TOKEN: the token of an owner cannot add a key to the bot's"
    " account"
)


def read() -> Settings:
    """Read the configuration of the running stack.

    Raises:
        pulumi.RunError: one message with every fault; nothing has been written.
    """
    # No public function lists keys; without the list an unknown key could not be refused.
    known = pulumi.runtime.config.get_config_env() | pulumi.runtime.config.CONFIG.get()
    prefix = f"{PROJECT}:"
    own = {key.removeprefix(prefix): text for key, text in known.items() if key.startswith(prefix)}
    encrypted = {key for key in own if pulumi.runtime.config.is_config_secret(prefix + key)}
    settings, faults = checked(own, encrypted, pulumi.get_stack())
    bot = settings.stack.bot
    if bot and bot.signing is Signing.OPENPGP and not os.environ.get("GITHUB_BOT_TOKEN"):
        faults.append(NO_BOT_TOKEN)
    if faults:
        raise pulumi.RunError(refusal(settings.stack_name, faults, "; nothing was written"))
    return settings


def refusal(stack_name: str, faults: Sequence[str], consequence: str = "") -> str:
    """Return one message that lists every fault of a stack file."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    head = f"Pulumi.{stack_name}.yaml has {count}{consequence}:"
    return "\n  ".join([head, *faults])


def checked(
    raw: Mapping[str, str], encrypted: Collection[str], stack_name: str
) -> tuple[Settings, list[str]]:
    """Return what `parse` does, with a fault more for each secret that is not among the `encrypted` keys."""
    settings, faults = parse(raw, stack_name)
    in_clear = [
        key
        for key, text in raw.items()
        if key in SECRETS and text not in NOT_WRITTEN and key not in encrypted
    ]
    return settings, [*(_in_clear(settings, key) for key in in_clear), *faults]


def parse(raw: Mapping[str, str], stack_name: str) -> tuple[Settings, list[str]]:
    """Return the settings to deploy and every fault.

    `raw` has the keys without their namespace, each as Pulumi hands it over: plain text or JSON.
    """
    file_settings, faults = decode(raw, stack_name)
    settings = as_pull_request(file_settings)
    return settings, [*faults, *faults_between_keys(file_settings, settings)]


def _in_clear(settings: Settings, key: str) -> str:
    path = f"{key}.<name>.<key>" if key == "notificationSecrets" else key
    return (
        f"{PROJECT}:{key}: is not encrypted; replace the secret, since it was seen,"
        f" and set the new one: {settings.set_secret(path)}"
    )
