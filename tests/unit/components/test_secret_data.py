"""The data of a Secret: the same by either backend, whatever characters a secret has."""

import base64
import json
import re
from collections.abc import Callable, Mapping

import pulumi
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.secrets import data
from tests.unit.conftest import Engine

EXPRESSION = re.compile(
    r"\{\{ (?:printf `(?P<user>[^`:]*):%s` )?\.(?P<key>\w+)(?: \| (?P<how>\w+))? \}\}"
)
KEYS = ("identity", "key", "token", "passphrase")
AWKWARD = "a\"b\\c'd`e{{ .key }}\n<&>ü"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DOCKER = "docker_config"


def every_kind(user: str, number: int) -> Mapping[str, data.SecretData]:
    return {
        "ssh_identity": data.ssh_identity("ssh-ed25519 BBBB", "github.com ssh-ed25519 AAAA\n"),
        "github_app": data.github_app(number, number + 1),
        DOCKER: data.docker_config("ghcr.io/o/r", user),
        "basic_auth": data.basic_auth(user),
        "plain_keys": data.plain_keys("token"),
        "renamed_keys": data.renamed_keys({"git.asc": "key", "passphrase": "passphrase"}),
    }


def rendered(text: str, values: Mapping[str, str]) -> str:
    """What External Secrets makes of a template: its functions are those of Sprig."""

    def one(found: re.Match[str]) -> str:
        value = values[found["key"]]
        if found["how"] == "toJson":
            return json.dumps(value)
        if found["how"] == "b64enc":
            return base64.b64encode(f"{found['user']}:{value}".encode()).decode()
        return value

    return EXPRESSION.sub(one, text)


def kept(found: dict[str, dict[str, str]], name: str) -> Callable[[dict[str, str]], None]:
    return lambda known: found.update({name: known})


@given(
    value=TEXT,
    user=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,20}", fullmatch=True),
    number=st.integers(1, 10**9),
)
@example(value=AWKWARD, user="acme", number=1)
@settings(max_examples=15)
@pytest.mark.usefixtures("engine")
def test_both_backends_put_the_same_into_a_secret(value: str, user: str, number: int) -> None:
    values = {key: f"{value}-{key}" for key in KEYS}
    template: dict[str, dict[str, str]] = {}
    direct: dict[str, dict[str, str]] = {}

    def program() -> None:
        for name, secret_data in every_kind(user, number).items():
            from_values = secret_data(data.ValueSource(values))
            pulumi.Output.all(**from_values).apply(kept(direct, name))
            from_template = secret_data(data.TemplateSource())
            pulumi.Output.all(**from_template).apply(kept(template, name))

    Engine().run(program)
    made = {
        name: {key: rendered(text, values) for key, text in texts.items()}
        for name, texts in template.items()
    }
    configs = [json.loads(each.pop(DOCKER)[".dockerconfigjson"]) for each in (made, direct)]
    assert made == direct
    assert len(direct) == 5
    token = values["token"]
    auth = base64.b64encode(f"{user}:{token}".encode()).decode()
    login = {"username": user, "password": token, "auth": auth}
    assert configs == [{"auths": {"ghcr.io": login}}] * 2


def test_the_template_of_a_registry_token_quotes_it() -> None:
    (text,) = data.docker_config("ghcr.io/o/r", "acme")(data.TemplateSource()).values()
    assert '"password":{{ .token | toJson }}' in str(text)
