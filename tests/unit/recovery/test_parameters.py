"""Whose the SSM parameters of a stack are, asked of moto, in the account where the provider writes them."""

import json
from collections.abc import Iterator

import boto3
import pulumi
import pytest
from moto import mock_aws

from recovery.parameters import FILTERED, ParameterCheck

STACK = "organization/fluxhook/unit"
REGION = "eu-central-1"
OTHER_ACCOUNT = "111111111111"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_REGION", REGION)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield
    pulumi.runtime.set_all_config({})


def put(name: str, stack: str, session: boto3.Session | None = None) -> None:
    ssm = (session or boto3).client("ssm", region_name=REGION)
    ssm.put_parameter(
        Name=name, Value="v", Type="String", Description=f"a key, stored by fluxhook for {stack}"
    )


def test_every_foreign_parameter_of_the_stack_is_named_before_the_first_write() -> None:
    names = [f"/unit/{number}" for number in range(FILTERED + 5)]
    check = ParameterCheck(STACK, names)
    put(names[0], STACK)
    put(names[1], "organization/fluxhook/another")
    put(names[-1], "organization/fluxhook/another-unit")
    for _ in range(2):
        with pytest.raises(RuntimeError) as refused:
            check(names[0], {"name": names[0]})
        told = str(refused.value)
        assert [name for name in names if f"parameter {name} exists" in told] == names[1::53]
        assert "`parameterPrefix`" in told


def test_a_parameter_that_the_settings_do_not_name_is_looked_at_when_it_is_created() -> None:
    put("/else", "organization/fluxhook/another")
    with pytest.raises(RuntimeError, match="/else exists"):
        ParameterCheck(STACK, ["/unit"])("else", {"name": "/else"})


def test_a_parameter_that_no_stack_describes_is_refused_when_it_is_created_and_not_before() -> None:
    boto3.client("ssm", region_name=REGION).put_parameter(Name="/unit", Value="v", Type="String")
    check = ParameterCheck(STACK, ["/unit", "/else"])
    check("else", {"name": "/else"})
    with pytest.raises(RuntimeError, match="/unit exists"):
        check("unit", {"name": "/unit"})


def test_only_the_stacks_own_parameter_is_deleted() -> None:
    put("/ours", STACK)
    put("/theirs", "organization/fluxhook/another")
    check = ParameterCheck(STACK)
    for name in ("/ours", "/theirs", "/none"):
        check.delete_own(name, {"name": name})
    found = boto3.client("ssm", region_name=REGION).describe_parameters()["Parameters"]
    assert [each["Name"] for each in found] == ["/theirs"]


def test_the_roles_of_the_provider_are_assumed() -> None:
    role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/writer"
    key = boto3.client("sts", region_name=REGION).assume_role(RoleArn=role, RoleSessionName="test")
    known = key["Credentials"]
    there = boto3.Session(
        known["AccessKeyId"], known["SecretAccessKey"], known["SessionToken"], REGION
    )
    put("/unit", "organization/fluxhook/another", there)
    ParameterCheck(STACK, ["/unit"])("unit", {"name": "/unit"})
    roles = [{"roleArn": role, "sessionName": "fluxhook", "externalId": "id"}]
    pulumi.runtime.set_all_config({"aws:assumeRoles": json.dumps(roles)})
    with pytest.raises(RuntimeError, match="/unit exists"):
        ParameterCheck(STACK, ["/unit"])("unit", {"name": "/unit"})
