"""The github stand-in against the lab's GitHub, and against servers that fail."""

import secrets

import grpc
import pytest

from lab.plugins.values import UNKNOWN, Properties, Secret, plain, plain_object
from tests.plugins.hub import BOT, DEPLOY_KEY, Hub, deploy_key, public_key, webhook
from tests.plugins.protocol import Plugin, StartPlugin, kinds

WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
GPG_KEY = "github:index/userGpgKey:UserGpgKey"


def test_a_deploy_key_is_made_read_only_and_its_comment_is_no_change(
    hub: Hub, organisation: Plugin
) -> None:
    key = public_key("with-a-comment")
    identifier, state = organisation.create(DEPLOY_KEY, deploy_key(key))
    number = identifier.removeprefix("echo-server:")
    found = hub.get(f"keys/{number}").json()
    assert found["read_only"] is True
    assert found["title"] == "flux"
    assert state["etag"]
    assert kinds(organisation.diff(DEPLOY_KEY, state, deploy_key(key))) == {}
    inputs = organisation.checked(DEPLOY_KEY, deploy_key(key))
    assert organisation.read(DEPLOY_KEY, identifier, inputs, state)[1] == inputs


def test_every_change_of_a_deploy_key_deletes_it_before_it_makes_another(
    organisation: Plugin,
) -> None:
    key = public_key()
    _, state = organisation.create(DEPLOY_KEY, deploy_key(key))
    news = {**deploy_key(public_key(), "other"), "readOnly": False}
    difference = organisation.diff(DEPLOY_KEY, state, news)
    assert kinds(difference) == {
        "key": "UPDATE_REPLACE",
        "title": "UPDATE_REPLACE",
        "readOnly": "UPDATE_REPLACE",
    }
    assert difference.deleteBeforeReplace


def test_a_key_in_use_anywhere_is_refused_in_githubs_words(organisation: Plugin) -> None:
    key = public_key()
    organisation.create(DEPLOY_KEY, deploy_key(key))
    with pytest.raises(grpc.RpcError) as refused:
        organisation.create(DEPLOY_KEY, deploy_key(key, "again"))
    assert "422" in (refused.value.details() or "")
    assert "key is already in use" in (refused.value.details() or "")


def test_what_is_gone_on_github_is_read_as_gone_and_deleted_without_complaint(
    hub: Hub, organisation: Plugin
) -> None:
    identifier, state = organisation.create(DEPLOY_KEY, deploy_key(public_key()))
    hub.delete(f"keys/{identifier.removeprefix('echo-server:')}")
    assert organisation.read(DEPLOY_KEY, identifier, {}, state)[0] == ""
    organisation.delete(DEPLOY_KEY, identifier, state)


def test_a_deploy_key_is_imported_by_its_identifier(organisation: Plugin) -> None:
    key = public_key()
    identifier, _ = organisation.create(DEPLOY_KEY, deploy_key(key))
    found = organisation.read(DEPLOY_KEY, identifier, {}, {})
    assert found[1] == {**deploy_key(key), "readOnly": True}


def test_a_webhook_keeps_its_secret_in_the_state_and_never_in_clear(
    hub: Hub, organisation: Plugin
) -> None:
    secret = secrets.token_hex()
    identifier, state = organisation.create(WEBHOOK, webhook(secret, "push"))
    configuration = state["configuration"]
    assert isinstance(configuration, dict)
    assert configuration["secret"] == Secret(secret)
    assert isinstance(configuration["url"], Secret)
    assert isinstance(state["url"], Secret)
    assert hub.get(f"hooks/{identifier}").json()["config"]["secret"] == "********"  # noqa: S105
    inputs = organisation.checked(WEBHOOK, webhook(secret, "push"))
    _, inputs_read, state_read = organisation.read(WEBHOOK, identifier, inputs, state)
    assert inputs_read == inputs
    assert plain_object(state_read["configuration"])["secret"] == secret
    assert kinds(organisation.diff(WEBHOOK, state_read, inputs)) == {}


def test_a_webhook_is_edited_in_place(hub: Hub, organisation: Plugin) -> None:
    identifier, state = organisation.create(WEBHOOK, webhook("first-of-two", "push"))
    wanted = webhook("second-of-two", "release", "push")
    assert kinds(organisation.diff(WEBHOOK, state, wanted)) == {
        "configuration.secret": "UPDATE",
        "events[1]": "ADD",
    }
    state = organisation.update(WEBHOOK, identifier, state, wanted)
    assert sorted(hub.get(f"hooks/{identifier}").json()["events"]) == ["push", "release"]
    assert plain_object(state["configuration"])["secret"] == "second-of-two"  # noqa: S105
    moved = {**wanted, "repository": "another"}
    assert kinds(organisation.diff(WEBHOOK, state, moved)) == {"repository": "UPDATE_REPLACE"}


def test_the_order_of_events_is_no_change(organisation: Plugin) -> None:
    _, state = organisation.create(WEBHOOK, webhook("some-secret", "push", "release"))
    swapped = webhook("some-secret", "release", "push")
    assert kinds(organisation.diff(WEBHOOK, state, swapped)) == {}


def test_a_webhook_is_imported_with_the_secret_that_github_shows(organisation: Plugin) -> None:
    identifier, _ = organisation.create(WEBHOOK, webhook("some-secret", "push"))
    found, inputs, _ = organisation.read(WEBHOOK, f"echo-server/{identifier}", {}, {})
    assert found == identifier
    assert plain_object(plain(inputs["configuration"]))["secret"] == "********"  # noqa: S105


def test_a_refusal_never_quotes_a_secret_of_the_inputs(organisation: Plugin) -> None:
    wanted = webhook("a-secret-not-to-be-told", "no_such_event")
    with pytest.raises(grpc.RpcError) as refused:
        organisation.create(WEBHOOK, wanted)
    assert "422" in (refused.value.details() or "")
    assert "a-secret" not in (refused.value.details() or "")


def test_a_users_gpg_key_goes_through_the_bots_own_provider(
    hub: Hub, plugin: StartPlugin, organisation: Plugin
) -> None:
    bot = plugin("github", {"baseUrl": hub.url, "token": hub.tokens[BOT]})
    wanted: Properties = {"armoredPublicKey": "no armour at all"}
    with pytest.raises(grpc.RpcError) as refused:
        bot.create(GPG_KEY, wanted)
    assert "POST /user/gpg_keys: 422" in (refused.value.details() or "")
    with pytest.raises(grpc.RpcError) as refused:
        bot.read(GPG_KEY, "1", {}, {})
    assert "doesn't support import" in (refused.value.details() or "")
    assert bot.create(GPG_KEY, wanted, preview=True)[1]["keyId"] is UNKNOWN


def test_the_host_keys_come_from_meta(organisation: Plugin) -> None:
    from pulumi.runtime.proto import provider_pb2

    token = "github:index/getSshKeys:getSshKeys"  # noqa: S105
    answer = organisation.stub.Invoke(provider_pb2.InvokeRequest(tok=token))
    (key,) = getattr(answer, "return")["keys"]
    assert key.startswith("ssh-ed25519 ")


@pytest.mark.parametrize(
    ("token", "inputs", "fault"),
    [
        (DEPLOY_KEY, {"repository": "r", "title": "t"}, "key"),
        (WEBHOOK, {"repository": "r", "events": "push"}, "events"),
        (WEBHOOK, {"repository": "r", "events": ["push"], "configuration": {"uri": "x"}},
         "configuration.uri"),
        (GPG_KEY, {"armoredPublicKey": "x", "name": "n"}, "name"),
    ],
)  # fmt: skip
def test_inputs_that_cannot_be_are_refused_by_name(
    plugin: StartPlugin, token: str, inputs: Properties, fault: str
) -> None:
    assert fault in plugin("github").check(token, inputs)[1]


def test_provider_options_that_only_the_official_one_has_are_refused(plugin: StartPlugin) -> None:
    accepted: Properties = {"token": Secret("t"), "writeDelayMs": "0", "parallelRequests": "true"}
    assert plugin("github").check_config(accepted) == {}
    assert set(plugin("github").check_config({"appAuth": "{}"})) == {"appAuth"}
