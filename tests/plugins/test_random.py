import base64

import bcrypt
import grpc
import pytest

from lab.plugins.core.values import UNKNOWN, Properties, Secret, plain
from tests.plugins.protocol import StartPlugin, kinds

MADE = "random:index/randomPassword:RandomPassword"
DRAWN = "random:index/randomBytes:RandomBytes"


def test_a_password_has_the_asked_length_and_minimums(plugin: StartPlugin) -> None:
    inputs: Properties = {"length": 40, "minNumeric": 7, "minUpper": 3, "overrideSpecial": "~"}
    _, state = plugin("random").create(MADE, inputs)
    result = str(plain(state["result"]))
    assert len(result) == 40
    assert sum(letter.isdigit() for letter in result) >= 7
    assert sum(letter.isupper() for letter in result) >= 3
    assert {letter for letter in result if not letter.isalnum()} <= {"~"}


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
        ({"length": 4, "minLower": 5}, "length"),
        ({"length": "32"}, "length"),
        ({"length": 8, "lenght": 9}, "lenght"),
        (
            {"length": 8, "special": False, "upper": False, "lower": False, "numeric": False},
            "numeric",
        ),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    plugin: StartPlugin, inputs: Properties, fault: str
) -> None:
    _, failures = plugin("random").check(MADE, inputs)
    assert fault in failures


def test_random_bytes_come_as_base64_and_hex(plugin: StartPlugin) -> None:
    _, state = plugin("random").create(DRAWN, {"length": 32})
    assert isinstance(state["base64"], Secret)
    assert isinstance(state["hex"], Secret)
    drawn = bytes.fromhex(str(plain(state["hex"])))
    assert len(drawn) == 32
    assert base64.b64decode(str(plain(state["base64"]))) == drawn


def test_the_identifier_of_random_bytes_shows_them_as_the_official_one_does(
    plugin: StartPlugin,
) -> None:
    identifier, state = plugin("random").create(DRAWN, {"length": 32})
    assert identifier == plain(state["base64"])


@pytest.mark.parametrize("token", [MADE, DRAWN])
def test_every_change_makes_a_new_value(plugin: StartPlugin, token: str) -> None:
    one = plugin("random")
    _, state = one.create(token, {"length": 32, "keepers": {"generation": "1"}})
    difference = one.diff(token, state, {"length": 33, "keepers": {"generation": "2"}})
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
