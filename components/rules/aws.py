"""Rules of AWS: SSM parameters, KMS keys, and the IAM policy that reads them."""

import re

PARAMETER_BYTES = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
"""Largest value by tier. Source: AWS Systems Manager, "Managing parameter tiers"."""

_PARAMETER = re.compile(r"(/[-._A-Za-z0-9]+)+")
_PARAMETER_LEVELS, _PARAMETER_NAME_LENGTH = 15, 1011
_KMS_KEY = re.compile(r"arn:[-a-z]+:kms:[-a-z0-9]+:\d{12}:key/[-A-Za-z0-9]+")


def parameter_name_fault(name: str) -> str | None:
    """Return what is wrong with an SSM parameter name, or None. Source: AWS SSM API, `PutParameter`, `Name`."""
    if not _PARAMETER.fullmatch(name):
        return "must be segments of letters, digits and .-_ that each begin with /"
    if name.count("/") > _PARAMETER_LEVELS:
        return f"must have at most {_PARAMETER_LEVELS} levels"
    if len(name) > _PARAMETER_NAME_LENGTH:
        return f"must have at most {_PARAMETER_NAME_LENGTH} characters"
    if re.match(r"/(aws|ssm)", name, re.IGNORECASE):
        return "must not begin with /aws or /ssm, which AWS keeps for itself"
    return None


def check_parameter_value(name: str, value: str, tier: str) -> str:
    """Return `value` when it fits the tier.

    Raises:
        ValueError: the value has more bytes than the tier takes; the message names the parameter, never the value.
    """
    size, limit = len(value.encode()), PARAMETER_BYTES[tier]
    if size > limit:
        raise ValueError(
            f"{name}: the value has {size} bytes, tier {tier} takes {limit}; set `parameterTier: Advanced`"
        )
    return value


def is_kms_key(text: str) -> bool:
    """Return whether `text` is the ARN of a KMS key; a policy cannot name a key by its alias or its id alone.

    Source: AWS KMS, "Specifying KMS keys in IAM policy statements".
    """
    return _KMS_KEY.fullmatch(text) is not None


def secret_store_policy(parameter_arns: list[str], key_arn: str | None) -> dict[str, object]:
    """Return the IAM policy that the secret store's role needs to read exactly these parameters.

    Source: External Secrets `pkg/provider/aws/parameterstore`, which calls GetParameter alone for a name without a
    pattern; AWS KMS, "How Parameter Store uses AWS KMS".
    """
    statements: list[dict[str, object]] = [
        {"Effect": "Allow", "Action": ["ssm:GetParameter"], "Resource": sorted(parameter_arns)}
    ]
    if key_arn:
        statements.append({"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [key_arn]})
    return {"Version": "2012-10-17", "Statement": statements}
