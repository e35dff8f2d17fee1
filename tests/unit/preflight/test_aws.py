"""What is wrong on AWS, one breakage a case."""

from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from preflight import Level
from preflight.checks.aws import Account
from tests.unit.preflight.conftest import Sides, fake_account

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
STORE = "/apis/external-secrets.io/v1/clustersecretstores/aws-parameter-store"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def fails(service: str, error: Exception, **config: object) -> Callable[[Sides], None]:
    def change(sides: Sides) -> None:
        sides.account.errors[service] = error
        sides.config |= config

    return change


FAULTS: dict[str, tuple[Callable[[Sides], None], str]] = {
    "there are no credentials": (
        fails("sts", NoCredentialsError()),
        "AWS: there are no credentials; export $AWS_PROFILE or $AWS_ACCESS_KEY_ID",
    ),
    "the credentials are wrong": (
        fails("sts", refusal("InvalidClientTokenId")),
        "AWS: STS in eu-central-1 answers InvalidClientTokenId; correct the credentials and the region",
    ),
    "the credentials have expired": (
        fails("sts", refusal("ExpiredToken")),
        "AWS: STS in eu-central-1 answers ExpiredToken",
    ),
    "the endpoint is down": (
        fails("sts", EndpointConnectionError(endpoint_url="http://x")),
        "AWS: STS in eu-central-1 cannot be reached (EndpointConnectionError); look at the network, the region",
    ),
    "Parameter Store is down": (
        fails("ssm", EndpointConnectionError(endpoint_url="http://x")),
        "AWS: SSM in eu-central-1 cannot be reached",
    ),
    "the role may not look parameters up": (
        fails("ssm", refusal("AccessDeniedException")),
        "AWS: the role may not call ssm:DescribeParameters in eu-central-1; grant it",
    ),
    "the key does not exist": (
        fails("kms", refusal("NotFoundException"), kmsKeyId=KEY),
        f"AWS: there is no key {KEY}; correct `kmsKeyId`",
    ),
    "the key is of another region": (
        lambda sides: sides.config.update(kmsKeyId=KEY.replace("central", "west")),
        "is not in eu-central-1, the region of the parameters; write one of that region in `kmsKeyId`",
    ),
    "no region is named": (
        lambda sides: setattr(sides, "account", fake_account(None)),
        "AWS: no region is named; run `pulumi config set aws:region <region>`, or export $AWS_REGION",
    ),
}


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_of_aws_is_told_once_with_what_to_do(what: str, sides: Sides) -> None:
    change, message = FAULTS[what]
    change(sides)
    (told,) = sides.stopped()
    assert message in told


def test_the_right_to_describe_a_key_is_not_needed(sides: Sides) -> None:
    fails("kms", refusal("AccessDeniedException"), kmsKeyId=KEY)(sides)
    assert sides.stopped() == []


def test_a_slow_aws_stops_nothing(sides: Sides) -> None:
    sides.account.errors["sts"] = ReadTimeoutError(endpoint_url="http://x")
    assert sides.stopped() == []
    assert sides.said(Level.WARNING) == ["AWS: STS in eu-central-1 gives no answer within 6 s"]


def test_a_profile_that_does_not_exist_is_named(sides: Sides) -> None:
    account = fake_account(None)
    object.__setattr__(account, "profile", "nobody")
    sides.account = account
    assert [each for each in sides.stopped() if "there is no profile nobody" in each]


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_is_that_of_the_configuration_or_of_the_environment(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert Account().region is None
    monkeypatch.setenv(variable, "eu-west-1")
    assert Account().region == "eu-west-1"
    assert Account(configured="eu-north-1").region == "eu-north-1"


def test_a_client_of_aws_waits_only_for_a_short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    client = Account(configured="eu-central-1").client("sts")
    assert client.meta.config.connect_timeout + client.meta.config.read_timeout <= 10
    assert client.meta.config.retries["total_max_attempts"] == 1
