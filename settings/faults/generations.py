"""Faults of generations: those of what there is none of, and a Receiver that would have the name of another."""

from collections.abc import Iterator

from components.rules.choices import GitCredentials
from components.rules.generations import FIRST, suffix
from settings.models.settings import PROJECT, Entry, Settings


def generation_faults(settings: Settings) -> Iterator[str]:
    """Yield generations of keys and tokens that do not exist, and names of Receivers that two entries would have."""
    stack = settings.stack
    if stack.generations.signing_key != FIRST and not stack.bot:
        yield (
            f"{PROJECT}:generations.signingKey: is of no use without a bot; write `bot` too,"
            " or remove it"
        )
    taken = {entry.application.receiver_name: entry for entry in settings.entries}
    for entry in settings.entries:
        yield from (f"{entry.path}.generations.{fault}" for fault in _without_use(entry))
        for number in settings.generations(entry.application).webhook_token:
            name = f"{entry.application.receiver_name}{suffix(number)}"
            if number > 1 and (other := taken.get(name)):
                yield (
                    f"{other.path}.receiver.name: is {name}, as the Receiver of generation {number}"
                    f" of {entry.path.removeprefix(f'{PROJECT}:')} is called; write another"
                )


def _without_use(entry: Entry) -> Iterator[str]:
    app, own = entry.application, entry.application.generations
    if own and own.deploy_key and app.credentials is not GitCredentials.DEPLOY_KEY:
        yield "deployKey: is of no use with credentials github-app; remove it"
    if (
        own
        and own.registry_token
        and not any(each.image and each.image.private for each in app.delivered)
    ):
        yield "registryToken: is of no use without a private image; remove it"
