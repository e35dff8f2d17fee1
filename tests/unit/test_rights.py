"""docs/rights.md, the table of rights, the double's permissions and the store's policy agree."""

import re

import pytest

from components.rules.aws import secret_store_policy
from components.rules.rights import GITHUB_CALLS, IAM_ACTIONS, KMS_ACTIONS, PERMISSIONS, Permission
from lab.github.api.call import ENDPOINTS
from lab.github.serving import app
from lab.world.iam import ACCOUNT, Guard
from tests.unit.conftest import ROOT

PAGE = (ROOT / "docs" / "rights.md").read_text()
SSM = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter"


def needed(call: str, permission: Permission | None) -> Permission | None:
    """The permission of one call: to read is enough for a GET."""
    if permission is None or not call.startswith("GET "):
        return permission
    return Permission(permission.name, "read", permission.label, permission.classic)


@pytest.mark.parametrize("call", GITHUB_CALLS)
def test_the_page_and_the_double_ask_for_the_permission_of_the_table(call: str) -> None:
    right = needed(call, GITHUB_CALLS[call])
    words = f"{right.label}: {right.level}" if right else "none"
    assert f"\n| `{call}` | {words} |\n" in PAGE
    assert app.REST, "imported, so that every endpoint is registered"
    found = {f"{each.method} {re.sub(r':[a-z]+}', '}', each.path)}": each for each, _ in ENDPOINTS}
    assert found[call].permission == (f"{right.name}={right.level}" if right else "")


def test_the_page_lists_every_permission_and_action_and_no_other() -> None:
    everything = {each for type_ in PERMISSIONS.values() for each in type_}
    for each in everything:
        row = f"\n| `{each.variable}` | {each.label}: {each.level} | `{each.classic}` | "
        assert row in PAGE
    assert len(re.findall(r"^\| `GITHUB_\w+` \|", PAGE, re.MULTILINE)) == len(everything)
    policy = PAGE.partition("```json")[2].partition("```")[0]
    actions = {**IAM_ACTIONS, **KMS_ACTIONS}
    assert set(re.findall(r'"((?:ssm|kms):\w+)"', policy)) == actions.keys()
    for action, purpose in actions.items():
        assert f"\n| `{action}` | {purpose} | " in PAGE


def test_the_policy_of_the_store_allows_to_read_its_parameters_and_nothing_else() -> None:
    key = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
    guard = Guard("", secret_store_policy([f"{SSM}/github/a"], key))
    guard.keys["/github/a"] = key

    def refused(operation: str, name: str = "/github/a") -> str | None:
        request = {"Name": name, "WithDecryption": True}
        return guard.refused(operation, request, "eu-central-1")

    assert refused("GetParameter") is None
    for other in ("/github/b", "/github/a/b", "/github-staging/a"):
        assert refused("GetParameter", other)
    for operation in ("GetParameterHistory", "GetParameters", "PutParameter", "DeleteParameter"):
        told = refused(operation)
        assert told and f"to perform: ssm:{operation} on resource: {SSM}/github/a" in told
    assert refused("DescribeParameters")
    guard.policy = secret_store_policy([f"{SSM}/github/a"], None)
    told = refused("GetParameter")
    assert told and f"kms:Decrypt on resource: {key}" in told
