"""Messages: plain words for every wrong value of every key, one for each mistake, and never the value."""

import json
import re
from collections.abc import Iterator

import pytest

from settings import models
from settings.models.group import Group, Key, group_in, is_secret, keys_of, parts_of
from tests.unit.examples import APP, BOT, app, faults

CANARY = "s3cr3t canary: #"
WRONG: list[object] = [
    *(None, True, 7, -7, 0.5, "", CANARY, "x" * 3000),
    *([], [CANARY], [None], [7], [[]], {}, {CANARY: CANARY}, {"key": None}),
]
VALIDATOR = re.compile(
    r"[Ii]nput|[Ss]tring|valid |instance|tuple|dictionary|greater|less than|Field"
)
"""Words of the validating library."""
FIRST = "fluxhook:applications[0]"


def paths(group: type[Group], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Key]]:
    for key in keys_of(group).values():
        yield (*path, key.name), key
        if inner := group_in(key.annotation):
            yield from paths(inner, (*path, key.name))


def nested(path: tuple[str, ...], value: object, group: type[Group]) -> object:
    """A group in which a value stands at a path."""
    first, *rest = path
    key = keys_of(group)[first]
    if rest:
        inner = group_in(key.annotation)
        assert inner
        value = nested(tuple(rest), value, inner)
        value = (
            [value]
            if tuple in {getattr(e, "__origin__", None) for e in parts_of(key.annotation)}
            else value
        )
    return {first: value}


@pytest.mark.parametrize("group", [models.Stack, models.Application])
def test_no_wrong_value_of_any_key_gets_a_message_of_the_validating_library(
    group: type[Group],
) -> None:
    for path, key in paths(group):
        for value in WRONG:
            written = nested(path, value, group)
            assert isinstance(written, dict)
            changes = {"applications": [app(**written)]} if group is models.Application else written
            for found in faults(**changes):
                sentence = re.sub(r" \([^()]*\)$", "", found)
                assert not VALIDATOR.search(sentence.partition(": ")[2]), found
                assert "is not what belongs here" not in sentence, found
                assert CANARY not in sentence.partition(": ")[2], found
                assert json.dumps(CANARY)[1:-1] not in sentence.partition(": ")[2], found
        assert key.description or is_secret(key.annotation)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"branch": 2024}, "branch: must be text; put it in quotes (branch to deliver)"),
        (
            {"branch": None},
            "branch: has no value; write one, or remove the key (branch to deliver)",
        ),
        ({"branch": ["main"]}, "branch: must be text, such as main, not a list or a map"),
        ({"interval": 1}, "interval: has no unit; write a duration such as 60s"),
        ({"timeout": "0s"}, "timeout: is zero; write a duration, such as 1m"),
        ({"createNamespace": "sure"}, "createNamespace: must be true or false, without quotes"),
        (
            {"kustomization": "./deploy"},
            "kustomization: must be a map; write `key: value` in lines",
        ),
        ({"kustomization": {"dependsOn": "x"}}, "kustomization.dependsOn: must be a list; begin"),
        ({"credentials": "deploykey"}, "credentials: is not known; did you mean `deploy-key`?"),
        ({"deployKey": {"title": ""}}, "deployKey.title: is empty; write something"),
        (
            {"webhook": {"events": ["pushh"]}},
            "webhook.events[0]: is not an event that GitHub sends for a repository; did",
        ),
        ({"receiver": {"events": []}}, "receiver.events: is an empty list; write at least one"),
        ({"name": "My_App"}, "name: is not a Kubernetes name: at most 63"),
        ({"repository": "x" * 64}, "name: is missing; the repository's is not a Kubernetes name"),
    ],
)
def test_a_message_says_what_to_write_instead(entry: dict[str, object], fault: str) -> None:
    (found,) = faults(applications=[app(**entry)])
    assert found.startswith(f"{FIRST}.{fault}")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"applications": [app(registryToken="x")]}, f"{FIRST}.registryToken: is a key of the stack; write `fluxhook:"),
        ({"kustomization": {}}, "fluxhook:kustomization: is a key of an application; write `kust"),
        ({"applications": [app(semver="1.x")]}, f"{FIRST}.semver: is not a known key; the keys here are rep"),
        ({"applicatoins": []}, "fluxhook:applicatoins: is not a known key; did you mean `applications`?"),
        ({"gateway": {"name": "a", "namespac": "b"}}, "fluxhook:gateway.namespac: is not a known key; did you mean"),
        ({"ingress": {"className": "x"}}, "fluxhook:gateway: stands beside ingress; write exactly one of"),
        ({"port": "https"}, "fluxhook:port: must be a whole number, without quotes and unit"),
        ({"verifyTls": "nope"}, "fluxhook:verifyTls: must be true or false"),
        ({"gateway": ["public"]}, "fluxhook:gateway: must be a map"),
        ({"kubeContext": ["mine"]}, "fluxhook:kubeContext: must be text, not a list or a map"),
        ({"notifications": {"name": "a"}}, "fluxhook:notifications: must be a list"),
        ({"applications": [None]}, f"{FIRST}: is not a map; write `- repository: name`"),
    ],
)  # fmt: skip
def test_a_key_in_the_wrong_place_or_of_the_wrong_shape_is_one_fault(
    changes: dict[str, object], fault: str
) -> None:
    (found,) = faults(**changes)
    assert found.startswith(fault)


def test_a_secret_under_a_misspelled_key_was_seen() -> None:
    (found,) = faults(registrytoken=CANARY)
    assert found == (
        "fluxhook:registrytoken: is not a known key; did you mean `registryToken`?"
        " If it holds a secret, replace that too: it was seen."
    )


def test_a_placeholder_of_the_example_files_is_refused_and_has_no_other_fault() -> None:
    image = {"name": "ghcr.io/YOUR-ORGANISATION/YOUR-REPOSITORY", "automation": False}
    found = faults(
        owner="YOUR-ORGANISATION",
        host="flux.YOUR-DOMAIN",
        applications=[app(repository="YOUR-REPOSITORY", image=image)],
        # A secret may be of any characters.
        chartToken="YOUR-" + "TOKEN",
    )
    assert [each.partition(": ")[0] for each in found] == [
        *("fluxhook:owner", "fluxhook:host"),
        *(f"{FIRST}.repository", f"{FIRST}.image.name"),
    ]
    assert all("is still the placeholder of the example" in each for each in found)


@pytest.mark.parametrize("again", ["echo-server", "Developer-Friendly/Echo-Server"])
def test_a_repository_that_is_written_twice_is_one_fault(again: str) -> None:
    (found,) = faults(applications=[app(), app(repository=again)])
    told = "repository: is the repository of applications[0] too; write another"
    assert found.startswith(f"{FIRST.replace('0', '1')}.{told}")


def test_commands_name_the_stack_and_say_path_where_it_is_needed() -> None:
    chat = {"name": "chat", "type": "slack"}
    found = faults(
        notifications=[chat],
        githubApp=APP["githubApp"],
        bot=BOT,
        applications=[app(image={"name": "ghcr.io/o/r", "private": True}, commitStatus=True)],
    )
    commands = set(re.findall(r"`pulumi config set --secret --stack unit (.*?)`", str(found)))
    assert commands == {
        "--path notificationSecrets.chat.address",
        *("githubAppPrivateKey", "registryToken"),
    }
    assert str(found).count("pulumi config") == len(commands)
