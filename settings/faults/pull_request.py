"""Faults of the environment of a pull request."""

from collections.abc import Iterator

from components.rules import flux
from settings.models.settings import PROJECT, Settings

OBJECT_NAME_LENGTH = 63


def pull_request_faults(file_settings: Settings, settings: Settings) -> Iterator[str]:
    """Yield what cannot be deployed; `file_settings` is what the file says, `settings` what the environment has."""
    if settings.stack.ephemeral is None:
        return
    if file_settings.entries and not settings.entries:
        known = ", ".join(app.repository for app in file_settings.applications)
        yield f"{PROJECT}:ephemeral.repository: is none of the applications; write one of {known}"
    longest: dict[str, int] = {}
    for app in settings.applications:
        longest |= dict.fromkeys((app.name, app.receiver_name), OBJECT_NAME_LENGTH)
        for each in app.delivered:
            names = (each.name, each.target_namespace or "")
            longest |= dict.fromkeys(names, OBJECT_NAME_LENGTH)
            if each.release_name:
                longest[each.release_name] = flux.RELEASE_NAME_LENGTH
    for name, limit in longest.items():
        if len(name) > limit:
            yield (
                f"{PROJECT}:ephemeral.name: makes the name {name}, longer than {limit};"
                " write a shorter one"
            )
