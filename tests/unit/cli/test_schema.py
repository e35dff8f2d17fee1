"""`fluxhook schema`: an editor accepts the example files, and marks what the program would refuse."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from settings.models.group import keys_of
from settings.models.stack import Stack
from settings.schema import stack_file_schema
from tests.unit.cli.conftest import fluxhook
from tests.unit.conftest import CONFIG, ROOT

FILES = ("dev", "staging", "production")


def marked(config: dict[str, Any]) -> list[str]:
    """The places in a stack's configuration that an editor would mark."""
    file = {"config": {f"fluxhook:{key}": value for key, value in config.items()}}
    validator = jsonschema.Draft202012Validator(stack_file_schema())
    return [each.json_path for each in validator.iter_errors(file)]


@pytest.mark.parametrize("name", FILES)
def test_the_stack_files_of_the_repository_are_valid(name: str) -> None:
    file = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())
    jsonschema.validate(file, stack_file_schema(), jsonschema.Draft202012Validator)


def test_what_the_verb_prints_is_a_schema_of_its_dialect() -> None:
    printed = json.loads(fluxhook("schema").stdout)
    assert printed == stack_file_schema()
    jsonschema.Draft202012Validator.check_schema(printed)


APPLICATION = {"repository": "echo-server"}
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"hots": "flux.example.com"}, "$.config"),
    "a wrong type": ({"port": "https"}, "$.config['fluxhook:port']"),
    "a number out of its range": ({"tokenLength": 8}, "$.config['fluxhook:tokenLength']"),
    "a word that is not one": ({"scheme": "ftp"}, "$.config['fluxhook:scheme']"),
    "a secret in clear": ({"registryToken": "a" + "b"}, "$.config['fluxhook:registryToken']"),
    "a secret of a notification in clear": (
        {"notificationSecrets": {"team": {"token": "a" + "b"}}},
        "$.config['fluxhook:notificationSecrets'].team.token",
    ),
    "an unknown key in a group": (
        {"gateway": {"name": "public", "namespace": "gateway-system", "port": 443}},
        "$.config['fluxhook:gateway']",
    ),
    "an application without a repository": (
        {"applications": [{"name": "echo-server"}]},
        "$.config['fluxhook:applications'][0]",
    ),
    "an unknown key of an application": (
        {"applications": [APPLICATION | {"brnach": "main"}]},
        "$.config['fluxhook:applications'][0]",
    ),
    "no application": ({"applications": []}, "$.config['fluxhook:applications']"),
}


def test_a_stack_with_what_it_needs_and_no_more_is_valid() -> None:
    assert marked(dict(CONFIG)) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_marked_where_it_is(mistake: str) -> None:
    wrong, place = MISTAKES[mistake]
    assert marked({**CONFIG, **wrong}) == [place]


def test_a_stack_without_an_owner_is_marked() -> None:
    assert marked({key: CONFIG[key] for key in CONFIG if key != "owner"}) == ["$.config"]


def test_encrypted_secrets_are_valid() -> None:
    encrypted = {"secure": "v1:abc"}
    secrets = {"registryToken": encrypted, "notificationSecrets": {"team": {"token": encrypted}}}
    assert marked({**CONFIG, **secrets}) == []


def test_every_key_has_its_description() -> None:
    described = dict(descriptions(stack_file_schema()))
    for key in keys_of(Stack).values():
        assert described[f"fluxhook:{key.name}"] == key.description


def descriptions(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, key in schema["properties"]["config"]["properties"].items():
        yield name, key["description"]


def test_keys_of_providers_and_of_pulumi_are_left_to_them() -> None:
    file = {
        "secretsprovider": "awskms://alias/key",
        "encryptedkey": "abc",
        "config": {
            "aws:region": "eu-central-1",
            **{f"fluxhook:{key}": each for key, each in CONFIG.items()},
        },
    }
    jsonschema.validate(file, stack_file_schema(), jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError, match=re.escape("'conifg' was unexpected")):
        jsonschema.validate({**file, "conifg": {}}, stack_file_schema())
