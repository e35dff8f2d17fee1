"""Types of settings whose rule is one of Flux, Kubernetes, GitHub or AWS."""

import re
from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from components.rules import aws, flux, github, kubernetes
from settings.models.group import Kind
from settings.words import near

Value = TypeVar("Value")


def refuse(fault_of: Callable[[Value], str | None]) -> AfterValidator:
    """Refuse a value for which `fault_of` returns a fault."""

    def check(value: Value) -> Value:
        if fault := fault_of(value):
            raise ValueError(fault)
        return value

    return AfterValidator(check)


def require(is_valid: Callable[[str], object], fault: str) -> AfterValidator:
    """Refuse text that is not valid, with `fault`."""

    def fault_of(text: str) -> str | None:
        return None if is_valid(text) else fault

    return refuse(fault_of)


def matches(pattern: str) -> Callable[[str], object]:
    """Return a check that a whole text matches a regular expression."""
    return re.compile(pattern).fullmatch


def _duration_fault(text: str) -> str | None:
    if not flux.is_duration(text):
        return "is not a duration; write one with its unit as Flux does: 30s, 5m, 1h30m"
    if not re.search("[1-9]", text):
        return "is zero; write a duration, such as 1m"
    return None


def _event_fault(text: str) -> str | None:
    if text in github.REPOSITORY_EVENTS:
        return None
    meant = near(text, github.REPOSITORY_EVENTS)
    way_out = f"did you mean `{meant}`?" if meant else "write one such as push or release"
    return f"is not an event that GitHub sends for a repository; {way_out}"


def _directory_fault(text: str) -> str | None:
    if not text.startswith("./"):
        return "does not begin with ./; write the directory from the repository's root, such as ./deploy"
    path = github.normalized_directory(text)
    if path == ".." or path.startswith("../"):
        return "leads out of the repository; write a directory within it"
    return None


Duration = Annotated[str, Kind("duration", "60s"), refuse(_duration_fault)]
Name = Annotated[
    str,
    Kind("Kubernetes name", "my-app"),
    require(
        kubernetes.is_dns_label,
        "is not a Kubernetes name: at most 63 of a-z, 0-9 and -, with no - at either end",
    ),
]
ObjectName = Annotated[
    str,
    Kind("name of an object", "my-app.example"),
    require(
        kubernetes.is_object_name,
        "is not a name of a Kubernetes object: at most 253 of a-z, 0-9, - and ., with a letter or digit at either end",
    ),
]
Host = Annotated[
    str,
    Kind("DNS name", "flux.example.com"),
    require(
        kubernetes.is_host,
        "is not a DNS name; write the name alone, such as flux.example.com: no scheme, port or path",
    ),
]
ParameterName = Annotated[
    str, Kind("SSM name", "/github/my-app/token"), refuse(aws.parameter_name_fault)
]
Event = Annotated[str, Kind("GitHub event", "push"), refuse(_event_fault)]
Events = Annotated[tuple[Event, ...], Field(min_length=1)]
Login = Annotated[
    str,
    Kind("GitHub login", "my-organisation"),
    require(
        matches(r"[A-Za-z0-9][-_A-Za-z0-9]{0,38}"),
        "is not a GitHub login; write the name as it stands in https://github.com/<login>",
    ),
]
Branch = Annotated[str, Kind("branch", "main"), refuse(github.branch_fault)]
KmsKey = Annotated[
    str,
    Kind("ARN of a KMS key", "arn:aws:kms:<region>:<account>:key/<id>"),
    require(
        aws.is_kms_key,
        "is not the ARN of a key, which the exported policy needs;"
        " write arn:aws:kms:<region>:<account>:key/<id>",
    ),
]
Directory = Annotated[str, Kind("directory", "./deploy"), refuse(_directory_fault)]
ImageName = Annotated[
    str, Kind("image name", "ghcr.io/my-organisation/my-app"), refuse(github.image_name_fault)
]
ReleaseName = Annotated[
    str,
    Kind("Helm release name", "my-app"),
    require(
        matches(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"),
        "is not a name of a Helm release: a-z, 0-9, - and ., with a letter or digit at either end",
    ),
]
ChartUrl = Annotated[
    str,
    Kind("URL", "https://charts.example.com"),
    require(
        matches(r"(https?|oci)://\S+"), "is not a URL that begins with https://, http:// or oci://"
    ),
]
DataKey = Annotated[
    str,
    Kind("key of a ConfigMap or Secret", "values.yaml"),
    require(
        matches(r"[-._a-zA-Z0-9]{1,253}"),
        "is not a key of a ConfigMap or Secret: at most 253 of letters, digits and -._",
    ),
]
Region = Annotated[
    str,
    Kind("AWS region", "eu-central-1"),
    require(
        matches(r"[a-z]{2}(-[a-z]+)+-\d"), "is not an AWS region; write one such as eu-central-1"
    ),
]
RoleArn = Annotated[
    str,
    Kind("ARN of an IAM role", "arn:aws:iam::<account>:role/<name>"),
    require(
        matches(r"arn:\S+"), "is not the ARN of a role; write arn:aws:iam::<account>:role/<name>"
    ),
]
AuthorName = Annotated[
    str,
    Kind("name", "My Bot"),
    require(
        matches(r"[^<>\n]+"), "is not a name for commits: not empty, one line, without < and >"
    ),
]
Email = Annotated[
    str,
    Kind("e-mail address", "my-bot@example.com"),
    require(
        matches(r"[^@<>\s]+@[^@<>\s]+"), "is not an e-mail address, such as my-bot@example.com"
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1)]
"""Text that is not empty."""
