"""AWS: credentials, region, Parameter Store and the KMS key, as the AWS provider of the stack would use them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from preflight.findings import Finding, Level, Unanswered
from settings.models.stack import Stack

if TYPE_CHECKING:
    import boto3

SUBJECT = "AWS"
CONNECT_TIMEOUT, ANSWER_TIMEOUT = 4, 6
"""Seconds to connect, and for an answer."""
DENIED = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation")


@dataclass(frozen=True)
class Account:
    """The account as the configuration of the stack names it: `aws:profile` and `aws:region`."""

    profile: str | None = None
    configured: str | None = None
    """`aws:region`."""

    @property
    def region(self) -> str | None:
        """The region of the parameters, as the provider finds it; None when nobody names one."""
        if named := self.configured or _variable("AWS_REGION") or _variable("AWS_DEFAULT_REGION"):
            return named
        return self.session().region_name or None

    def session(self) -> "boto3.Session":
        """Return a session. Imported late, since it takes long and not every stack needs it."""
        import boto3

        return boto3.Session(profile_name=self.profile)

    def client(self, service: Any) -> Any:
        """Return a client that waits only for a short time."""
        from botocore.config import Config

        config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=ANSWER_TIMEOUT,
            retries={"total_max_attempts": 1},
        )
        return self.session().client(service, region_name=self.region, config=config)


def region_or_none(account: Account) -> str | None:
    """Return the region, None where nobody can say."""
    from botocore.exceptions import BotoCoreError

    try:
        return account.region
    except BotoCoreError:
        return None


def _variable(name: str) -> str | None:
    return os.environ.get(name) or None


def identity(account: Account) -> Iterator[Finding]:
    """Look for a region, and whether AWS knows the credentials."""
    from botocore.exceptions import ProfileNotFound

    try:
        region = account.region
    except ProfileNotFound:
        problem = f"there is no profile {account.profile}"
        yield Finding(SUBJECT, problem, "correct `aws:profile`, or configure it", Level.UPDATE)
        return
    if not region:
        fix = "run `pulumi config set aws:region <region>`, or export $AWS_REGION"
        yield Finding(SUBJECT, "no region is named", fix, Level.UPDATE)
        return
    _ask(account, "sts", "get_caller_identity")


def parameter_store(account: Account, first: str) -> Iterator[Finding]:
    """Look whether Parameter Store answers in the region and lets `first`, an SSM name, be looked up."""
    filters = [{"Key": "Name", "Option": "Equals", "Values": [first]}]
    denied = _ask(account, "ssm", "describe_parameters", ParameterFilters=filters)
    if denied:
        yield Finding(SUBJECT, denied, "grant it, see docs/environments.md", Level.UPDATE)


def key(account: Account, stack: Stack) -> Iterator[Finding]:
    """Look at the KMS key of the parameters."""
    arn = stack.kms_key_id or ""
    region = arn.split(":")[3]
    if region != account.region:
        problem = f"the key {arn} is not in {account.region}, the region of the parameters"
        yield Finding(SUBJECT, problem, "write one of that region in `kmsKeyId`")
        return
    from botocore.exceptions import ClientError

    client = account.client("kms")
    try:
        found = client.describe_key(KeyId=arn)["KeyMetadata"]
    except ClientError as error:
        # Whoever may encrypt with a key need not be allowed to describe it.
        if error.response["Error"]["Code"] == "NotFoundException":
            yield Finding(SUBJECT, f"there is no key {arn}", "correct `kmsKeyId`")
        return
    finally:
        client.close()
    if found["KeyState"] != "Enabled":
        problem = f"the key {arn} is {found['KeyState']}"
        yield Finding(SUBJECT, problem, "enable it, or write another in `kmsKeyId`")


def _ask(account: Account, service: str, operation: str, **arguments: Any) -> str | None:
    """Call AWS; return which right is missing, or None.

    Raises:
        Unanswered: there are no credentials, AWS refuses them, or does not answer.
    """
    from botocore import exceptions

    where = f"{service.upper()} in {account.region}"
    client = account.client(service)
    try:
        getattr(client, operation)(**arguments)
    except exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "an error")
        if code in DENIED:
            action = "".join(part.capitalize() for part in operation.split("_"))
            return f"the role may not call {service}:{action} in {account.region}"
        problem, fix = f"{where} answers {code}", "correct the credentials and the region"
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError):
        problem = "there are no credentials"
        fix = "export $AWS_PROFILE or $AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY, or run `aws sso login`"
    except exceptions.ReadTimeoutError:
        problem = f"{where} gives no answer within {ANSWER_TIMEOUT} s"
        raise Unanswered(Finding(SUBJECT, problem, level=Level.WARNING)) from None
    except exceptions.BotoCoreError as error:
        problem = f"{where} cannot be reached ({type(error).__name__})"
        fix = "look at the network, the region and $AWS_ENDPOINT_URL"
    else:
        return None
    finally:
        client.close()
    raise Unanswered(Finding(SUBJECT, problem, fix, Level.UPDATE))
