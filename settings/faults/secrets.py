"""Faults of secrets: of what they need beside them, of their size, and of blanks around them."""

from collections.abc import Iterator, Mapping

from components.rules.aws import PARAMETER_BYTES
from components.rules.choices import SecretBackend, Signing
from components.rules.openpgp import OpenPgpKey
from settings.models.settings import PROJECT, Settings

PAIRS = (
    ("githubApp", "githubAppPrivateKey"),
    ("monitoring", "slackWebhook"),
    ("monitoring", "discordWebhook"),
)
"""Keys that go together: each with the secret that it needs."""
WITH_LINES = ("githubAppPrivateKey", "headers", "creds", "nkey")
"""Secrets that are files of several lines."""


def secret_faults(settings: Settings) -> Iterator[str]:
    """Yield secrets that are missing, of no use, too large, or not as they were copied."""
    stack, keys = settings.stack, settings.keys
    if stack.secrets.backend is SecretBackend.KUBERNETES and stack.secrets.store:
        yield f"{PROJECT}:secrets.store: is of no use with backend kubernetes; remove it"
    for key, secret in PAIRS:
        if key in keys and secret not in keys:
            yield f"{PROJECT}:{key}: needs {secret}; run {settings.set_secret(secret)}"
        if secret in keys and key not in keys:
            yield (
                f"{PROJECT}:{secret}: is of no use without {key}; write `{key}` too, or remove it"
            )
    secrets = dict(_secrets(settings))
    yield from _blank_faults(settings, secrets)
    if stack.secrets.backend is SecretBackend.EXTERNAL_SECRETS:
        yield from _size_faults(settings, secrets)


def _secrets(settings: Settings) -> Iterator[tuple[str, str]]:
    stack = settings.stack
    for key, secret in {
        "botPassphrase": stack.bot_passphrase,
        "registryToken": stack.registry_token,
        "chartToken": stack.chart_token,
        "commitStatusToken": stack.commit_status_token,
        "githubAppPrivateKey": stack.github_app_private_key,
        "slackWebhook": stack.slack_webhook,
        "discordWebhook": stack.discord_webhook,
    }.items():
        if secret:
            yield key, secret.get_secret_value()
    for name, keys in stack.notification_secrets.items():
        for key, secret in keys.items():
            yield f"notificationSecrets.{name}.{key}", secret.get_secret_value()


def _blank_faults(settings: Settings, secrets: Mapping[str, str]) -> Iterator[str]:
    for key, value in secrets.items():
        # A passphrase may be of any characters, as long as the key was encrypted with the same ones.
        exempt = key == "botPassphrase" or key.rpartition(".")[2] in WITH_LINES
        if not exempt and value != value.strip():
            yield (
                f"{PROJECT}:{key}: begins or ends with a blank or a newline, which would be sent with it;"
                f" run {settings.set_secret(key)} and paste it without"
            )


def _size_faults(settings: Settings, secrets: Mapping[str, str]) -> Iterator[str]:
    stack = settings.stack
    limit = PARAMETER_BYTES[stack.parameter_tier]
    stored = dict(secrets)
    if (bot := stack.bot) and bot.signing is Signing.OPENPGP:
        # The generated key has the same size for every seed, so it can be refused before one is made.
        words = secrets.get("botPassphrase", "")
        stored["bot"] = OpenPgpKey(bytes(32), f"{bot.name} <{bot.email}>", words).private_armor
    for key, value in stored.items():
        if (size := len(value.encode())) > limit:
            yield (
                f"{PROJECT}:{key}: has {size} bytes, tier {stack.parameter_tier} takes {limit};"
                " write a shorter one, or set parameterTier to Advanced"
            )
