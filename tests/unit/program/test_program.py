"""`__main__.py` as a whole: what is made, in which order, what is secret, what is published."""

import json
from itertools import pairwise
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components.rules import flux
from tests.unit.conftest import TOKEN, Engine, is_secret, revealed, without_proof

EVERYTHING = {
    "bot": {"login": "echo-bot", "name": "Bot", "email": "bot@example.com"},
    "botPassphrase": "s3cr3t-" + "words",
    "registryToken": "gh" + "p_registry",
    "applications": [
        {"repository": "echo-server", "image": {"name": "ghcr.io/o/echo-server", "private": True}},
        {"repository": "other-owner/shop", "branch": "release"},
        {"repository": "other-owner/till"},
    ],
}
PATH = flux.receiver_path(TOKEN, "echo-server", "flux-system")


@pytest.fixture
def everything(engine: Engine) -> Engine:
    engine.up(**EVERYTHING)
    return engine


def spec(resource: MockResourceArgs) -> dict[str, object]:
    return revealed(resource.inputs["spec"])  # type: ignore[return-value]


def test_the_parts_of_an_application_are_made_in_dependency_order(engine: Engine) -> None:
    engine.up()
    assert not engine.of("RandomBytes"), "its ID is its value, and IDs stand in clear in the state"
    order = [
        each.typ.rpartition(":")[2]
        for each in engine.registered
        if not each.typ.startswith("fluxhook:")
    ]
    chain = [
        "RandomPassword",
        "Parameter",
        "ExternalSecret",
        "Receiver",
        "HTTPRoute",
        "RepositoryWebhook",
    ]
    for before, after in pairwise(chain):
        assert order.index(before) < order.index(after)
    assert (
        order.index("ExternalSecret") < order.index("GitRepository") < order.index("Kustomization")
    )
    assert order[-1] == "RepositoryWebhook", "the first ping must find everything in place"


def test_the_hook_receiver_and_route_speak_of_one_path(engine: Engine) -> None:
    engine.up()
    hook = revealed(engine.one("RepositoryWebhook").inputs["configuration"])
    assert hook["url"] == f"https://flux.example.com{PATH}"  # type: ignore[index]
    assert hook["secret"] == TOKEN  # type: ignore[index]
    rules: list[dict[str, object]] = spec(engine.one("HTTPRoute"))["rules"]  # type: ignore[assignment]
    (rule,) = rules
    assert rule["matches"] == [{"path": {"type": "Exact", "value": PATH}, "method": "POST"}]
    assert rule["backendRefs"] == [{"kind": "Service", "name": "webhook-receiver", "port": 80}]
    metadata = revealed(engine.one("Receiver").inputs["metadata"])
    wait = without_proof(metadata["annotations"])["pulumi.com/waitFor"]  # type: ignore[index]
    assert wait == f"jsonpath={{.status[?match(@, '/hook/.*{PATH[-8:]}')]}}"


def test_a_route_is_waited_for_until_it_is_accepted_and_has_its_service(engine: Engine) -> None:
    engine.up()
    metadata = revealed(engine.one("HTTPRoute").inputs["metadata"])
    waits = json.loads(without_proof(metadata["annotations"])["pulumi.com/waitFor"])  # type: ignore[index]
    for wait, condition in zip(waits, ("Accepted", "ResolvedRefs"), strict=True):
        assert (
            wait
            == f'jsonpath={{.status.parents[0].conditions[?(@.type=="{condition}")].status}}=True'
        )


def test_no_wait_holds_of_an_object_with_other_annotations(everything: Engine) -> None:
    told: list[Any] = [revealed(each.inputs.get("metadata")) for each in everything.registered]
    annotations = [each["annotations"] for each in told if isinstance(each, dict)]
    waits = [each for each in annotations if "pulumi.com/waitFor" in each]
    assert len(waits) > 5
    for each in waits:
        without_proof(each)
    assert len({each["fluxhook/content"] for each in waits}) > 1


def test_ping_is_the_receivers_and_not_the_hooks(engine: Engine) -> None:
    engine.up()
    assert engine.one("RepositoryWebhook").inputs["events"] == ["push"]
    assert spec(engine.one("Receiver"))["events"] == ["ping", "push"]


def test_every_secret_input_is_secret(everything: Engine) -> None:
    for parameter in everything.of("Parameter"):
        assert is_secret(parameter.inputs["value"]), parameter.name
        assert parameter.inputs["type"] == "SecureString"
    for hook in everything.of("RepositoryWebhook"):
        assert is_secret(hook.inputs["configuration"])
    for route in everything.of("HTTPRoute"):
        assert is_secret(route.inputs["spec"])
    (bot,) = [each for each in everything.of("github") if each.name == "bot"]
    assert "token" not in bot.inputs


def test_no_secret_of_the_configuration_stands_anywhere_in_clear(everything: Engine) -> None:
    def plain(value: object) -> object:
        if is_secret(value):
            return None
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        return [plain(each) for each in value] if isinstance(value, list) else value

    shown = json.dumps([plain(each.inputs) for each in everything.registered])
    for canary in (
        "gh" + "p_bot",
        "s3cr3t-" + "words",
        "gh" + "p_registry",
        TOKEN,
        PATH,
        "PRIVATE KEY",
    ):
        assert canary not in shown


def test_each_parameter_is_named_after_owner_and_repository(everything: Engine) -> None:
    names = {each.inputs["name"] for each in everything.of("Parameter")}
    assert names == {
        "/github/developer-friendly/echo-server/deploy-key",
        "/github/developer-friendly/echo-server/ghcr-token",
        "/github/developer-friendly/echo-server/flux-system/receiver/token",
        "/github/other-owner/shop/deploy-key",
        "/github/other-owner/shop/flux-system/receiver/token",
        "/github/other-owner/till/deploy-key",
        "/github/other-owner/till/flux-system/receiver/token",
        "/github/gpg-keys/echo-bot",
        "/github/gpg-keys/echo-bot/passphrase",
    }


def test_the_secrets_in_the_cluster_have_the_keys_that_flux_reads(everything: Engine) -> None:
    keys = {}
    for each in everything.of("ExternalSecret"):
        target = spec(each)["target"]
        keys[each.name] = set(target["template"]["data"])  # type: ignore[index]
        labels = target["template"]["metadata"]["labels"]  # type: ignore[index]
        assert labels == {"reconcile.fluxcd.io/watch": "Enabled", "fluxhook/generation": "1"}
        assert (target["creationPolicy"], target["deletionPolicy"]) == ("Owner", "Retain")  # type: ignore[index]
    prefix = "developer-friendly/echo-server"
    assert keys == {
        f"{prefix}/git": {"identity", "identity.pub", "known_hosts"},
        f"{prefix}/docker": {".dockerconfigjson"},
        f"{prefix}/gpgkey": {"git.asc", "passphrase"},
        f"{prefix}/webhook-token": {"token"},
        "other-owner/shop/git": {"identity", "identity.pub", "known_hosts"},
        "other-owner/shop/webhook-token": {"token"},
        "other-owner/till/git": {"identity", "identity.pub", "known_hosts"},
        "other-owner/till/webhook-token": {"token"},
    }


def test_what_flux_finalizes_is_not_deleted_in_the_foreground(engine: Engine) -> None:
    engine.up()
    for kind in ("GitRepository", "Kustomization", "Receiver"):
        metadata: dict[str, dict[str, str]] = revealed(engine.one(kind).inputs["metadata"])  # type: ignore[assignment]
        policy = metadata["annotations"]["pulumi.com/deletionPropagationPolicy"]
        assert policy == "background", kind


def test_a_deploy_key_may_only_read_unless_asked(engine: Engine) -> None:
    engine.up(
        applications=[{"repository": "a"}, {"repository": "b", "deployKey": {"writable": True}}]
    )
    read_only = {
        e.inputs["repository"]: e.inputs["readOnly"] for e in engine.of("RepositoryDeployKey")
    }
    assert read_only == {"a": True, "b": False}


def test_reordering_adding_and_removing_entries_renames_nothing(engine: Engine) -> None:
    a, b, c = ({"repository": name} for name in "abc")

    def logical_names(*entries: dict[str, str]) -> set[tuple[str, str]]:
        fresh = Engine()
        fresh.up(applications=list(entries))
        return {(each.typ, each.name) for each in fresh.registered}

    assert logical_names(a, b) == logical_names(b, a)
    assert logical_names(a, b) < logical_names(c, a, b)


def test_no_two_resources_share_type_and_name(everything: Engine) -> None:
    names = [(each.typ, each.name) for each in everything.registered]
    assert len(names) == len(set(names))


def test_the_organisation_and_the_bot_act_through_providers_of_their_own(
    everything: Engine,
) -> None:
    providers = {each.name: each.inputs["owner"] for each in everything.of("github")}
    assert providers == {
        "developer-friendly": "developer-friendly",
        "other-owner": "other-owner",
        "bot": "echo-bot",
    }
    used = {each.typ.rpartition(":")[2]: each.provider for each in everything.registered}
    assert "bot" in str(used["UserGpgKey"])
    assert "::bot" not in str(used["RepositoryWebhook"])


def test_the_receiver_urls_are_secret_and_the_rest_is_not(everything: Engine) -> None:
    secrecy: dict[str, bool] = {}

    async def ask() -> None:
        for name, value in everything.exports.items():
            secrecy[name] = await pulumi.Output.from_input(value).is_secret()

    everything.run(ask)
    assert secrecy.pop("receiverUrls")
    assert set(secrecy) == {
        "webhooks", "receivers", "deployKeys", "signingKey", "parameters", "secretStorePolicy",
    }  # fmt: skip
    assert not any(secrecy.values())
