"""Faults of applications that would be mistaken for each other, and of the events that they exchange with GitHub."""

from collections.abc import Iterator

from settings.models.application import Application
from settings.models.settings import PROJECT, Entry, Settings

INSTEAD = (
    ", or an `instance` for another branch, or `deliveries` in one entry for several directories"
)
"""What takes the place of two entries of one repository."""


def application_faults(settings: Settings) -> Iterator[str]:
    """Yield what two applications have in common but must not, and events that do not fit together."""
    for entry in settings.entries:
        yield from (f"{entry.path}.{fault}" for fault in _event_faults(entry.application))
    for index, entry in enumerate(settings.entries):
        for other in settings.entries[:index]:
            if common := in_common(entry.application, other.application):
                key, what = common
                more = INSTEAD if key == "repository" else ""
                yield f"{entry.path}.{key}: is the {what} of {_short(other.path)} too; write another{more}"
                break
    yield from _delivery_faults(settings)


def in_common(one: Application, two: Application) -> tuple[str, str] | None:
    """Return the first key that two applications must not have in common but have, and what it is."""
    # GitHub's names are the same in upper and lower case.
    if one.repository.lower() == two.repository.lower() and one.instance == two.instance:
        what = "instance" if one.instance else "repository"
        return what, what
    if one.name == two.name:
        return "name", "name"
    if one.receiver_name == two.receiver_name:
        return "receiver.name", "Receiver name"
    return None


def _delivery_faults(settings: Settings) -> Iterator[str]:
    """Yield what two deliveries have in common, unless their entries are refused already."""
    names: dict[str, tuple[str, Entry]] = {}
    releases: dict[str, tuple[str, Entry]] = {}
    for entry in settings.entries:
        for path, each in entry.deliveries:
            here = path, entry
            other, owner = names.setdefault(each.name, here)
            if other != path:
                if not _refused(entry, owner):
                    yield f"{path}.name: is the name of {_short(other)} too; write another"
                continue
            # Helm stores its releases in the namespace of Flux, by their names alone.
            if each.release_name is None:
                continue
            other, owner = releases.setdefault(each.release_name, here)
            if other != path and not _refused(entry, owner):
                yield (
                    f"{path}.helmRelease.releaseName: is the release name of {_short(other)} too;"
                    " write another"
                )


def _refused(one: Entry, two: Entry) -> bool:
    return one is not two and in_common(one.application, two.application) is not None


def _short(path: str) -> str:
    return path.removeprefix(f"{PROJECT}:")


def _event_faults(app: Application) -> Iterator[str]:
    if "ping" not in app.receiver.events:
        yield "receiver.events: must have ping, or GitHub's first delivery gets 400; add `ping`"
    if "ping" in app.webhook.events:
        yield "webhook.events: must not have ping, since GitHub sends it by itself; remove `ping`"
    for event in sorted(set(app.webhook.events) - set(app.receiver.events) - {"ping"}):
        yield f"webhook.events: has {event}, which receiver.events lacks; write it there too"
