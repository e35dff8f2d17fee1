"""`fluxhook rotate`: the next list of generations in a stack file (docs/rotation.md)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from components.rules.generations import FIRST
from fluxhook.errors import Refusal
from fluxhook.files.editing import Keys, loaded, with_list
from settings.models.settings import APPLICATIONS, PROJECT

GENERATIONS = "generations"


class Rotated(StrEnum):
    """What has generations; the value is its key in the stack file."""

    WEBHOOK_TOKEN = "webhookToken"  # noqa: S105 - a key of the stack file
    DEPLOY_KEY = "deployKey"
    REGISTRY_TOKEN = "registryToken"  # noqa: S105 - a key of the stack file
    SIGNING_KEY = "signingKey"


def rotated(
    text: str, what: Rotated, repository: str | None, *, at_once: bool = False
) -> tuple[str, list[int]]:
    """Return a stack file with the next list of generations, and the list.

    `[1]` becomes `[1, 2]`, and that `[2]`. With `at_once`, `[1]` becomes `[2]`.

    Args:
        text: The file.
        what: Whose generations.
        repository: The application, as its entry says it; by default every one that has no list of its own.
        at_once: Whether the old generation goes in the same `up`.

    Raises:
        Refusal: The stack has no such application, or the file is written in an unusual way.
    """
    config = loaded(text).get("config") or {}
    keys: Keys = ("config", f"{PROJECT}:{GENERATIONS}", what.value)
    used = _numbers(config.get(f"{PROJECT}:{GENERATIONS}"), what) or list(FIRST)
    if repository is not None:
        if what is Rotated.SIGNING_KEY:
            raise Refusal("the signing key is the bot's, not an application's; name no application")
        place, entry = _entry(config, repository)
        keys = ("config", APPLICATIONS, place, GENERATIONS, what.value)
        used = _numbers(entry.get(GENERATIONS), what) or used
    last = used[-1]
    numbers = [last + 1] if at_once else [last] if len(used) > 1 else [last, last + 1]
    return with_list(text, keys, numbers), numbers


def _entry(config: Mapping[str, Any], repository: str) -> tuple[int, Mapping[str, Any]]:
    owner = config.get(f"{PROJECT}:owner")
    entries = config.get(APPLICATIONS) or []
    for place, entry in enumerate(entries):
        named = _named(entry)
        if repository in (named, f"{owner}/{named}"):
            return place, entry
    known = ", ".join(map(_named, entries))
    raise Refusal(f"no application has the repository {repository}; there are {known}")


def _named(entry: Mapping[str, Any]) -> str:
    instance = entry.get("instance")
    return f"{entry.get('repository')}@{instance}" if instance else str(entry.get("repository"))


def _numbers(generations: object, what: Rotated) -> list[int]:
    found = generations.get(what.value) if isinstance(generations, dict) else None
    return [each for each in found or () if isinstance(each, int)]
