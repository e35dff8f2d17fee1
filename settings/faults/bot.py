"""Faults of the bot and of the image automation that needs it."""

from collections.abc import Iterator

from components.rules.choices import PolicyType, Signing
from settings.models.delivery import Delivery
from settings.models.image import Image, ImagePolicy
from settings.models.settings import PROJECT, Entry, Settings


def bot_faults(settings: Settings) -> Iterator[str]:
    """Yield what the bot lacks, and what image automation lacks in each application."""
    stack, bot = settings.stack, settings.stack.bot
    if stack.bot_passphrase and "bot" not in settings.keys:
        yield f"{PROJECT}:botPassphrase: is of no use without a bot; write `bot` too, or remove it"
    if bot and bot.signing is Signing.SSH and stack.bot_passphrase:
        yield f"{PROJECT}:botPassphrase: is only for signing with openpgp; remove it"
    for entry in settings.entries:
        for path, each in entry.deliveries:
            if each.image:
                yield from _image_faults(settings, entry, f"{path}.image", each, each.image)


def _image_faults(
    settings: Settings, entry: Entry, path: str, delivery: Delivery, image: Image
) -> Iterator[str]:
    if image.private and "registryToken" not in settings.keys:
        yield (
            f"{path}.private: needs {PROJECT}:registryToken;"
            f" run {settings.set_secret('registryToken')}, or write false"
        )
    if image.parameter and not image.private:
        yield f"{path}.parameter: is of no use for a public image; remove it, or write `private: true`"
    yield from (f"{path}.policy.{fault}" for fault in _policy_faults(image.policy))
    if not image.automation:
        return
    if "bot" not in settings.keys:
        yield f"{path}.automation: needs a bot to commit; write {PROJECT}:bot, or write false"
    if entry.application.deploy_key.writable is False:
        yield f"{entry.path}.deployKey.writable: must not be false, since image automation pushes; remove it"
    if not delivery.follows_commits:
        yield f"{path}.automation: needs a chart in the application repository; write false"


def _policy_faults(policy: ImagePolicy) -> Iterator[str]:
    semver = policy.type is PolicyType.SEMVER
    if semver and not policy.range:
        yield "range: is missing, which type semver needs; write one such as >=1.0.0"
    if policy.range and not semver:
        yield f"range: is of no use with type {policy.type}; write `type: semver`, or remove it"
    if semver and policy.order:
        yield "order: is of no use with type semver; remove it"
    if policy.extract and not policy.pattern:
        yield "extract: needs a pattern of which it is a part; write `pattern` too"
