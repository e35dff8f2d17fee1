"""Types of configuration values whose rule is one of Flux, Kubernetes, GitHub or AWS."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from components import _rules


def rule(holds: Callable[[str], bool], message: str) -> AfterValidator:
    """Refuses text for which `holds` is false, with `message`."""

    def check(value: str) -> str:
        if not holds(value):
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _parameter_name(value: str) -> str:
    if fault := _rules.parameter_name_fault(value):
        raise ValueError(fault)
    return value


Duration = Annotated[
    str, rule(_rules.is_duration, "is no duration; write one as Flux does: 30s, 5m, 1h30m")
]
Name = Annotated[
    str,
    rule(
        _rules.is_dns_label,
        "is no Kubernetes name: at most 63 of a-z, 0-9 and -, no - at either end",
    ),
]
Host = Annotated[
    str,
    rule(
        _rules.is_host,
        "is no DNS name; write only the name, such as flux.example.com: no scheme, port or path",
    ),
]
ParameterName = Annotated[str, AfterValidator(_parameter_name)]
Events = Annotated[tuple[str, ...], Field(min_length=1)]
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9][-A-Za-z0-9]{0,38}$")]
Branch = Annotated[str, Field(pattern=r"^[^\s~^:?*\[\\]+$")]
KmsKey = Annotated[
    str,
    rule(
        _rules.is_kms_key,
        "is no key's ARN, which the exported policy needs; write arn:aws:kms:<region>:<account>:key/<id>",
    ),
]
Directory = Annotated[str, Field(pattern=r"^\./")]


class Values(BaseModel):
    """Base of every group of values: camelCase in YAML, frozen, no undeclared key, no value in an error."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True
    )
