import string

import bcrypt
import grpc
import pytest

from lab.plugins.core.values import UNKNOWN, Properties, Secret, plain
from tests.plugins.protocol import StartPlugin, kinds

MADE = "random:index/randomPassword:RandomPassword"


def test_a_password_has_the_asked_length_and_every_kind_of_character(plugin: StartPlugin) -> None:
    _, state = plugin("random").create(MADE, {"length": 400})
    result = str(plain(state["result"]))
    assert len(result) == 400
    for kind in (string.digits, string.ascii_lowercase, string.ascii_uppercase, "!@#$%&*()-_=+"):
        assert set(result) & set(kind)


def test_a_password_without_specials_has_none(plugin: StartPlugin) -> None:
    _, state = plugin("random").create(MADE, {"length": 400, "special": False})
    assert str(plain(state["result"])).isalnum()


def test_a_password_and_its_hash_are_secret_and_its_identifier_tells_nothing(
    plugin: StartPlugin,
) -> None:
    identifier, state = plugin("random").create(MADE, {"length": 32})
    assert identifier == "none"
    assert isinstance(state["result"], Secret)
    assert isinstance(state["bcryptHash"], Secret)
    hashed = str(plain(state["bcryptHash"])).encode()
    assert bcrypt.checkpw(str(plain(state["result"])).encode(), hashed)


def test_two_passwords_differ(plugin: StartPlugin) -> None:
    one = plugin("random")
    results = {plain(one.create(MADE, {"length": 32})[1]["result"]) for _ in range(2)}
    assert len(results) == 2


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ({}, "length"),
        ({"length": 0}, "length"),
        ({"length": "32"}, "length"),
        ({"length": 8, "lenght": 9}, "lenght"),
        ({"length": 8, "minLower": 1}, "minLower"),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    plugin: StartPlugin, inputs: Properties, fault: str
) -> None:
    _, failures = plugin("random").check(MADE, inputs)
    assert fault in failures


def test_every_change_makes_a_new_value(plugin: StartPlugin) -> None:
    one = plugin("random")
    _, state = one.create(MADE, {"length": 32, "keepers": {"generation": "1"}})
    difference = one.diff(MADE, state, {"length": 33, "keepers": {"generation": "2"}})
    assert kinds(difference) == {
        "length": "UPDATE_REPLACE",
        "keepers.generation": "UPDATE_REPLACE",
    }
    assert not difference.deleteBeforeReplace


def test_the_same_inputs_change_nothing_and_a_read_gives_the_state_back(
    plugin: StartPlugin,
) -> None:
    one = plugin("random")
    _, state = one.create(MADE, {"length": 32})
    assert kinds(one.diff(MADE, state, {"length": 32})) == {}
    inputs = one.checked(MADE, {"length": 32})
    assert one.read(MADE, "none", inputs, state) == ("none", inputs, state)


def test_an_ignored_change_is_none(plugin: StartPlugin) -> None:
    one = plugin("random")
    _, state = one.create(MADE, {"length": 32, "keepers": {"a": "1"}})
    news: Properties = {"length": 33, "keepers": {"a": "2"}}
    assert list(kinds(one.diff(MADE, state, news, ignore=("keepers",)))) == ["length"]


def test_a_preview_leaves_the_value_unknown(plugin: StartPlugin) -> None:
    identifier, state = plugin("random").create(MADE, {"length": 32}, preview=True)
    assert identifier == ""
    assert state["result"] == Secret(UNKNOWN) or state["result"] is UNKNOWN
    assert state["length"] == 32


def test_another_type_of_the_official_provider_is_refused_by_name(plugin: StartPlugin) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        plugin("random").check("random:index/randomPet:RandomPet", {})
    assert "randomPet" in (refused.value.details() or "")
    assert "stand-in" in (refused.value.details() or "")
