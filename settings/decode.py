"""Converts the text of the configuration into typed settings; reports every invalid value and keeps the others."""

import json
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.rules import github, kubernetes
from settings import messages
from settings.cluster_sync import NO_REPOSITORY, as_entry
from settings.models.application import Application
from settings.models.group import Group, is_structured
from settings.models.settings import APPLICATIONS, PROJECT, Entry, Settings
from settings.models.stack import Stack

NOT_WRITTEN = ("", "null")
"""What Pulumi.yaml has as default where a key may be left out: the engine wants a default for every key."""
PLACEHOLDER = re.compile(r"\bYOUR-[A-Z]")
"""What the example files have in place of a name of the user's."""

Fault = tuple[str, str]
"""Where, and what is wrong."""
AnyGroup = typing.TypeVar("AnyGroup", bound=Group)


def decode(raw: Mapping[str, str], stack_name: str) -> tuple[Settings, list[str]]:
    """Return the settings and the faults of shape; with a fault, a substitute stands where a value could not be taken.

    `raw` has the keys without their namespace, each as Pulumi hands it over: plain text or JSON.
    """
    written = {key: _decoded(key, text) for key, text in raw.items() if text not in NOT_WRITTEN}
    list_ = written.pop("applications", None)
    stack, faults = _validated(Stack, written, f"{PROJECT}:", {"owner": "owner"})
    entries, found = _entries(list_, stack)
    faults += found
    if stack.cluster_sync and not stack.ephemeral:
        entry, found = as_entry(stack.cluster_sync, stack)
        entries.append(entry)
        faults += found
    settings = Settings(stack_name, stack, tuple(entries), frozenset(written))
    return settings, _one_each(_placeholders(written, list_), faults)


def _one_each(placeholders: Iterator[Fault], faults: list[Fault]) -> list[str]:
    """Return the faults as sentences; a placeholder has no other fault."""
    left = dict(placeholders)
    others = ((path, text) for path, text in faults if path not in left)
    return [f"{path}: {text}" for path, text in chain(left.items(), others)]


def _decoded(key: str, text: str) -> object:
    known = messages.STACK_KEYS.get(key)
    # Text may look like JSON, such as a password; nothing but a list or a map is none that a user meant.
    plain = known and not is_structured(known.annotation)
    if plain and (key in messages.SECRETS or text[:1] not in ("{", "[")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _entries(written: object, stack: Stack) -> tuple[list[Entry], list[Fault]]:
    entries: list[Entry] = []
    faults: list[Fault] = []
    if written is not None and not isinstance(written, list):
        return [], [(APPLICATIONS, "must be a list; write `- repository: name` in a line below it")]
    if not written and (not stack.cluster_sync or stack.ephemeral):
        faults.append((APPLICATIONS, "is missing; write a list, at least one `- repository: name`"))
    for index, each in enumerate(written or []):
        entry, found = _entry(each, stack.owner, index)
        entries.append(entry)
        faults += found
    return entries, faults


def _entry(written: object, owner: str, index: int) -> tuple[Entry, list[Fault]]:
    path = f"{APPLICATIONS}[{index}]"
    substitutes = {"repository": f"{owner}/unknown-{index}", "name": f"unknown-{index}"}
    if not isinstance(written, dict):
        unknown = Entry(path, Application.model_validate(substitutes))
        return unknown, [(path, "is not a map; write `- repository: name`")]
    text = written.get("repository")
    repository = github.repository_id(text, owner) if isinstance(text, str) else None
    faults: list[Fault] = []
    if repository:
        instance = written.get("instance")
        words = [repository.partition("/")[2], *([instance] if isinstance(instance, str) else ())]
        name = kubernetes.object_name("-".join(words))
        if "name" not in written and not kubernetes.is_dns_label(name):
            faults.append((f"{path}.name", "is missing; the repository's is not a Kubernetes name"))
            name = substitutes["name"]
        written = {"name": name} | written | {"repository": repository}
        if isinstance(former := written.get("formerly"), str):
            if (known := github.repository_id(former, owner)) is None:
                faults.append((f"{path}.formerly", NO_REPOSITORY))
            written = written | {"formerly": known}
    else:
        fault = "is missing; write `name` or `owner/name`" if text is None else NO_REPOSITORY
        faults.append((f"{path}.repository", fault))
        written = written | substitutes
    application, found = _validated(Application, written, f"{path}.", substitutes)
    return Entry(path, application, frozenset(written)), faults + found


def _validated(
    group: type[AnyGroup],
    written: Mapping[str, object],
    path: str,
    substitutes: Mapping[str, object],
) -> tuple[AnyGroup, list[Fault]]:
    try:
        return group.model_validate(written), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    # The rest is validated too, so that rules between keys are checked in the same run.
    wrong = {str(each["loc"][0]) for each in errors}
    rest = {key: value for key, value in written.items() if key not in wrong}
    told = [messages.fault(group, each) for each in errors if not _follows(group, each, errors)]
    return group.model_validate({**substitutes, **rest}), [(path + at, text) for at, text in told]


def _follows(group: type[Group], error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Return whether an error follows from another: one mistake is one fault."""
    place = error["loc"]
    if error["type"] == "missing":
        return any(messages.meant_instead(group, each) == place for each in errors)
    # A list whose entries are all wrong counts as empty.
    inside = (each for each in errors if each["loc"][: len(place)] == place and each is not error)
    return error["type"] == "too_short" and any(inside)


def _placeholders(written: Mapping[str, object], applications: object) -> Iterator[Fault]:
    public = {key: each for key, each in written.items() if key not in messages.SECRETS}
    for key, value in (*public.items(), ("applications", applications)):
        for path in _paths(value, f"{PROJECT}:{key}"):
            yield (
                path,
                "is still the placeholder of the example; write your own in place of the capitals",
            )


def _paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str) and PLACEHOLDER.search(value):
        yield path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _paths(each, f"{path}.{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, f"{path}[{index}]")
