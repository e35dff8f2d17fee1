"""The aws stand-in against moto."""

import re
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import grpc
import httpx2
import pytest

from components.rules.rights import IAM_ACTIONS, KMS_ACTIONS
from lab.plugins.core.values import UNKNOWN, Properties, Secret
from lab.world.iam import Guard, guarded
from tests.plugins.protocol import Plugin, StartPlugin, kinds
from tests.processes import answers, free_ports, running

PARAMETER = "aws:ssm/parameter:Parameter"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A moto server's URL."""
    (port,) = free_ports(1)
    command = [str(Path(sysconfig.get_path("scripts")) / "moto_server"), "-H", "127.0.0.1"]
    log = tmp_path_factory.mktemp("moto") / "moto.log"
    url = f"http://127.0.0.1:{port}"
    with running(log, [*command, "-p", str(port)], answers(f"{url}/moto-api/")):
        yield url


@pytest.fixture
def aws(endpoint: str, plugin: StartPlugin, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    """The provider, which finds moto by its environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    return plugin("aws", {"region": "eu-central-1"})


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A parameter's name of its own for each test."""
    return f"/github/{request.node.name}"


def parameter(name: str, value: str = "the value to hide", **more: object) -> Properties:
    given: Properties = {"name": name, "type": "SecureString", "value": Secret(value)}
    return {**given, **more}  # type: ignore[dict-item]


def test_a_parameter_is_put_overwritten_and_deleted(aws: Plugin, name: str) -> None:
    identifier, state = aws.create(PARAMETER, parameter(name, description="d"))
    assert identifier == name
    assert state["version"] == 1
    assert state["value"] == Secret("the value to hide")
    assert str(state["arn"]).endswith(name)

    wanted = parameter(name, "another value", description="e")
    assert kinds(aws.diff(PARAMETER, state, wanted)) == {
        "value": "UPDATE",
        "description": "UPDATE",
    }
    predicted = aws.update(PARAMETER, identifier, state, wanted, preview=True)
    assert predicted["version"] is UNKNOWN
    state = aws.update(PARAMETER, identifier, state, wanted)
    assert state["version"] == 2
    inputs = aws.checked(PARAMETER, wanted)
    assert aws.read(PARAMETER, identifier, inputs, state) == (identifier, inputs, state)

    aws.delete(PARAMETER, identifier, state)
    assert aws.read(PARAMETER, identifier, inputs, state)[0] == ""
    aws.delete(PARAMETER, identifier, state)


def test_an_unchanged_value_keeps_its_version_known(aws: Plugin, name: str) -> None:
    identifier, state = aws.create(PARAMETER, parameter(name, description="d"))
    wanted = parameter(name, description="e")
    assert aws.update(PARAMETER, identifier, state, wanted, preview=True)["version"] == 1


def test_another_name_replaces(aws: Plugin, name: str) -> None:
    _, state = aws.create(PARAMETER, parameter(name))
    moved = aws.diff(PARAMETER, state, parameter(f"{name}/moved"))
    assert kinds(moved) == {"name": "UPDATE_REPLACE"}


def test_tags_change_without_a_new_version(aws: Plugin, name: str) -> None:
    identifier, state = aws.create(PARAMETER, parameter(name, tags={"a": "1", "b": "2"}))
    assert state["tags"] == state["tagsAll"] == {"a": "1", "b": "2"}
    state = aws.update(PARAMETER, identifier, state, parameter(name, tags={"a": "3"}))
    assert state["tags"] == state["tagsAll"] == {"a": "3"}
    assert state["version"] == 1
    assert kinds(aws.diff(PARAMETER, state, parameter(name, tags={"a": "3"}))) == {}


def test_a_parameter_that_is_there_already_is_refused_unless_overwritten(
    aws: Plugin, name: str
) -> None:
    aws.create(PARAMETER, parameter(name))
    with pytest.raises(grpc.RpcError) as refused:
        aws.create(PARAMETER, parameter(name, "a value not to be told"))
    told = refused.value.details() or ""
    assert f"creating SSM Parameter ({name})" in told
    assert "ParameterAlreadyExists: The parameter already exists" in told
    assert "not to be told" not in told
    assert aws.create(PARAMETER, parameter(name, overwrite=True))[1]["version"] == 2


def test_a_value_changed_by_hand_is_found_and_repaired(aws: Plugin, name: str) -> None:
    identifier, state = aws.create(PARAMETER, parameter(name))
    aws.update(PARAMETER, identifier, state, parameter(name, "changed by hand"))
    inputs = aws.checked(PARAMETER, parameter(name))
    _, inputs, state = aws.read(PARAMETER, identifier, inputs, state)
    assert inputs["value"] == Secret("changed by hand")
    assert kinds(aws.diff(PARAMETER, state, parameter(name))) == {"value": "UPDATE"}


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ({"type": "Secure", "value": "x"}, "type"),
        ({"type": "String", "value": "x", "tier": "Basic"}, "tier"),
        ({"type": "String"}, "value"),
        ({"type": "String", "insecureValue": "y"}, "insecureValue"),
        ({"type": "String", "value": "x"}, "name"),
        ({"value": "x"}, "type"),
    ],
)
def test_inputs_that_cannot_be_are_refused_by_name(
    plugin: StartPlugin, inputs: Properties, fault: str
) -> None:
    assert fault in plugin("aws").check(PARAMETER, inputs)[1]


def test_a_region_is_required(plugin: StartPlugin, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)
    assert "region" in plugin("aws").check_config({})
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert plugin("aws").check_config({}) == {}


def test_provider_options_that_only_the_official_one_has_are_refused(plugin: StartPlugin) -> None:
    options: Properties = {
        "region": "eu-central-1",
        "assumeRoles": "[]",
        "endpoints": '[{"ssm": "http://127.0.0.1:1"}]',
    }
    assert set(plugin("aws").check_config(options)) == {"assumeRoles", "endpoints"}


class Walk:
    """A role that has no right in the beginning, and gets those that an error names."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.named: list[str] = []

    def __call__(self, call: Callable[[], Result]) -> Result:
        """Makes a call again and again, with one more right each time."""
        while True:
            allowed = {"Effect": "Allow", "Action": self.named, "Resource": ["*"]}
            self.guard.policy = {"Statement": [allowed]}
            try:
                return call()
            except grpc.RpcError as error:
                (action,) = re.findall(r"to perform: (\S+) on", error.details() or "")
                assert action not in self.named
                self.named.append(action)


def test_every_action_that_a_role_lacks_is_named_and_no_other_is_needed(
    endpoint: str, plugin: StartPlugin, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with (
        httpx2.Client(base_url=endpoint, trust_env=False) as moto,
        guarded(moto, {"Statement": []}, "eu-central-1") as guard,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL", guard.url)
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(variable, "test")
        aws, walk = plugin("aws", {"region": "eu-central-1"}), Walk(guard)
        ours = parameter(name, tier="Standard", keyId=KEY, overwrite=True)
        identifier, state = walk(lambda: aws.create(PARAMETER, ours))
        assert walk.named == [
            *("ssm:PutParameter", "kms:Encrypt", "ssm:GetParameter", "kms:Decrypt"),
            *("ssm:DescribeParameters", "ssm:ListTagsForResource"),
        ]
        reading = len(walk.named)
        aws.read(PARAMETER, identifier, aws.checked(PARAMETER, ours), state)
        assert len(walk.named) == reading
        state = walk(lambda: aws.update(PARAMETER, identifier, state, {**ours, "tier": "Advanced"}))
        walk(lambda: aws.delete(PARAMETER, identifier, state))
        assert walk.named[reading:] == ["kms:GenerateDataKey", "ssm:DeleteParameter"]
    assert set(walk.named) == {*IAM_ACTIONS, *KMS_ACTIONS}
