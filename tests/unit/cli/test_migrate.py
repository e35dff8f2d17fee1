"""`fluxhook migrate`: what is imported where, what is not and why; and never a value."""

import json
from pathlib import Path
from typing import Any

import pytest

from fluxhook.migration import places
from settings import parameter_names, parse
from tests.unit.cli import tofu
from tests.unit.cli.conftest import Pulumi, fluxhook
from tests.unit.cli.tofu import CANARY, resource
from tests.unit.conftest import CONFIG, Engine, raw
from tests.unit.examples import PEM

OWNER = "developer-friendly"
APP = f"{OWNER}/echo-server"
KEY = f"/github/{APP}/deploy-key"
TOKEN = f"/github/{OWNER}/echo-server/flux-system/receiver/token"


def migrated(tmp_path: Path, *resources: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Migrate a state; return what was printed and the entries of the import file, neither with a value."""
    state = tofu.write(tmp_path / "tofu.json", *resources)
    file = tmp_path / "import.json"
    printed = fluxhook("migrate", str(state), "-C", str(tmp_path), "--into", str(file)).stdout
    assert CANARY not in printed and CANARY not in file.read_text()
    return printed, json.loads(file.read_text())["resources"]


def test_a_webhook_is_imported_below_the_components_that_make_it(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    hook = resource("github_repository_webhook", "this", tofu.webhook(APP, 7))
    printed, entries = migrated(tmp_path, hook)
    application, component, provider, imported = entries
    assert (application["type"], application["logicalName"]) == ("fluxhook:index:Application", APP)
    assert (component["type"], component["logicalName"]) == ("fluxhook:index:Webhook", APP)
    assert application["component"] and component["component"]
    assert "parent" not in application and component["parent"] == application["name"]
    assert provider["type"] == "pulumi:providers:github"
    assert provider["logicalName"] == OWNER and provider["inputs"] == {"owner": OWNER}
    assert imported["id"] == "echo-server/7"
    assert imported["logicalName"] == f"{APP}/webhook"
    assert (imported["parent"], imported["provider"]) == (component["name"], provider["name"])
    assert "✔ imported: github_repository_webhook.this: " in printed
    assert "tofu state rm github_repository_webhook.this\n" in printed


def test_parameters_are_imported_by_the_names_that_the_stack_gives_them(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    other = "/elsewhere/token"
    _, entries = migrated(
        tmp_path, resource("aws_ssm_parameter", "all", *map(tofu.parameter, (KEY, TOKEN, other)))
    )
    found = {each["id"]: each for each in entries if "id" in each}
    assert set(found) == {KEY, TOKEN}
    assert found[KEY]["logicalName"] == f"{APP}/deploy-key"
    assert found[KEY]["parent"] == f"DeployKey {APP}"
    assert found[TOKEN]["logicalName"] == f"{APP}/webhook-token"
    assert found[TOKEN]["parent"] == f"Webhook {APP}"
    assert len({each["name"] for each in entries}) == len(entries) == 5


def test_a_name_that_the_stack_file_writes_is_found(pulumi: Pulumi, tmp_path: Path) -> None:
    name = "/github/echo-server/deploy-key"
    app = {"repository": "echo-server", "deployKey": {"parameter": name}}
    pulumi.configured({**CONFIG, "applications": [app]})
    _, entries = migrated(tmp_path, resource("aws_ssm_parameter", "key", tofu.parameter(name)))
    assert [each["id"] for each in entries if "id" in each] == [name]


SECRETS = {
    "tls_private_key": tofu.private_key(),
    "random_password": {"id": "none", "length": 32, "result": CANARY},
    "gpg_private_key": {"id": "0", "private_key": CANARY},
    "github_repository_deploy_key": tofu.deploy_key(APP, 3),
}


@pytest.mark.parametrize("type_", SECRETS)
def test_keys_and_tokens_are_made_anew(type_: str, pulumi: Pulumi, tmp_path: Path) -> None:
    printed, entries = migrated(tmp_path, resource(type_, "this", SECRETS[type_]))
    assert entries == []
    assert f"► made anew: {type_}.this: " in printed
    # Nothing is imported, and nothing must be forgotten.
    assert "pulumi import" not in printed and "tofu state rm" not in printed
    assert "pulumi up --stack unit" in printed


def test_the_bots_old_signing_key_is_kept_for_the_commits_that_it_signed(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    printed, entries = migrated(tmp_path, resource("github_user_gpg_key", "this", {"id": "9"}))
    assert entries == []
    assert "► kept: github_user_gpg_key.this: " in printed
    assert "tofu state rm github_user_gpg_key.this\n" in printed


MANIFEST = {
    "kind": "GitRepository",
    "metadata": {"name": "echo-server", "namespace": "flux-system"},
}


@pytest.mark.parametrize(
    ("type_", "attributes"),
    [
        ("kubernetes_manifest", {"manifest": MANIFEST, "object": None}),
        ("kubernetes_manifest", {"object": MANIFEST}),
        (
            "kubectl_manifest",
            {"kind": "GitRepository", "name": "echo-server", "namespace": "flux-system"},
        ),
    ],
)
def test_objects_that_the_stack_makes_are_handed_over(
    type_: str, attributes: dict[str, Any], pulumi: Pulumi, tmp_path: Path
) -> None:
    printed, entries = migrated(tmp_path, resource(type_, "this", attributes))
    assert entries == []
    assert f"► kept: {type_}.this: `up` takes it over once it is handed over as docs/" in printed


LEFT = {
    "a webhook of another repository": ("github_repository_webhook", tofu.webhook("a/b", 1)),
    "a webhook of another owner": ("github_repository_webhook", tofu.webhook("a/echo-server", 1)),
    "a webhook that is not sent for pushes": (
        "github_repository_webhook",
        tofu.webhook(APP, 1, events=["release"]),
    ),
    "a parameter of another name": ("aws_ssm_parameter", tofu.parameter("/a/b")),
    "an object of another namespace": (
        "kubectl_manifest",
        {"kind": "GitRepository", "name": "echo-server", "namespace": "default"},
    ),
    "anything else": ("aws_s3_bucket", {"id": "bucket"}),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_the_stack_does_not_make_is_left(what: str, pulumi: Pulumi, tmp_path: Path) -> None:
    type_, attributes = LEFT[what]
    printed, entries = migrated(tmp_path, resource(type_, "this", attributes))
    assert entries == []
    assert f"► left to OpenTofu: {type_}.this: " in printed
    assert "tofu state rm" not in printed


def test_a_second_webhook_of_a_repository_is_not_imported(pulumi: Pulumi, tmp_path: Path) -> None:
    hooks = [tofu.webhook(APP, number, index_key=f"h{number}") for number in (1, 2)]
    printed, entries = migrated(tmp_path, resource("github_repository_webhook", "all", *hooks))
    assert [each["id"] for each in entries if "id" in each] == ["echo-server/1"]
    assert '► made anew: github_repository_webhook.all["h2"]: another webhook' in printed
    assert "tofu state rm 'github_repository_webhook.all[\"h1\"]'\n" in printed


def test_a_parameter_in_clear_is_made_anew(pulumi: Pulumi, tmp_path: Path) -> None:
    plain = tofu.parameter(KEY, type="String")
    printed, entries = migrated(tmp_path, resource("aws_ssm_parameter", "key", plain))
    assert entries == [] and "is not encrypted; delete it before `up`" in printed


def test_data_sources_are_nothing_that_opentofu_made(pulumi: Pulumi, tmp_path: Path) -> None:
    data = resource("aws_ssm_parameter", "token", tofu.parameter(TOKEN), mode="data")
    managed = resource("aws_ssm_parameter", "key", tofu.parameter(KEY), module="module.app")
    printed, entries = migrated(tmp_path, data, managed)
    assert [each["id"] for each in entries if "id" in each] == [KEY]
    assert "tofu state rm module.app.aws_ssm_parameter.key\n" in printed


BROKEN: dict[str, tuple[str, str]] = {
    "not JSON": (f"{{{CANARY}", "is not a state file in JSON (JSONDecodeError)"),
    "not a state": (f'["{CANARY}"]', "is not a state file of version 4"),
    "an old state": ('{"version": 3, "modules": []}', "is not a state file of version 4"),
    "an encrypted state": (
        '{"serial": 1, "encrypted_data": "abc", "encryption_version": "v0"}',
        "is encrypted; `tofu state pull > another-file` decrypts it",
    ),
    "an empty state": ('{"version": 4, "resources": []}', "have no resources"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_no_state_is_refused_without_quoting_it(
    what: str, pulumi: Pulumi, tmp_path: Path
) -> None:
    content, told = BROKEN[what]
    state = tmp_path / "tofu.json"
    state.write_text(content)
    refused = fluxhook("migrate", str(state), code=1).stderr
    assert told in refused and refused.count("\n") == 1 and CANARY not in refused


def test_a_state_that_does_not_exist_is_asked_for(pulumi: Pulumi, tmp_path: Path) -> None:
    refused = fluxhook("migrate", str(tmp_path / "none"), code=1).stderr
    assert "`tofu state pull > " in refused


EVERYTHING: dict[str, object] = {
    **CONFIG,
    "bot": {"login": "flux-bot", "name": "Bot", "email": "bot@example.com"},
    "monitoring": {},
    "githubApp": {"id": 1, "installationId": 2},
    "notifications": [{"name": "team", "type": "slack", "channel": "x"}],
    "applications": [
        {"repository": "one", "commitStatus": True, "image": {"name": "r.io/a/b", "private": True}},
        {
            "repository": "two",
            "helmRelease": {
                "chart": "c",
                "repository": {"url": "https://c.example.com", "username": "u"},
            },
        },
        {"repository": "three", "credentials": "github-app"},
    ],
}
ENCRYPTED = {
    **dict.fromkeys(("botPassphrase", "registryToken", "chartToken", "commitStatusToken"), "s"),
    "slackWebhook": "https://hooks.slack.com/services/x",
    "discordWebhook": "https://discord.com/api/webhooks/1/x",
    "notificationSecrets": {"team": {"address": "https://hooks.example.com/x"}},
}


def test_every_parameter_of_a_stack_has_the_place_in_which_the_program_makes_it(
    engine: Engine,
) -> None:
    config = {**EVERYTHING, **ENCRYPTED, "githubAppPrivateKey": PEM}
    engine.up(**config)
    made = {str(each.inputs["name"]): each.name for each in engine.of("Parameter")}
    settings, faults = parse(raw(config), "unit")
    assert faults == []
    assert {name: place.name for name, place in places.parameters(settings).items()} == made
    assert len(made) == len(parameter_names(settings)) > 10
    components = {(each.typ, each.name) for each in engine.registered}
    for place in places.parameters(settings).values():
        for type_, name in place.components:
            assert (f"fluxhook:index:{type_}", name) in components


def test_a_stack_without_parameters_imports_none(pulumi: Pulumi, tmp_path: Path) -> None:
    pulumi.configured({**CONFIG, "secrets": {"backend": "kubernetes"}})
    _, entries = migrated(tmp_path, resource("aws_ssm_parameter", "key", tofu.parameter(KEY)))
    assert entries == []
