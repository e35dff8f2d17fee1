"""The policies, with their names and levels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policy import aws, engine, github, kubernetes, stack
from policy.resource import Resource

Rule: TypeAlias = Callable[[Resource], Iterator[str]]
"""Yields what is wrong with one resource, without any of its values."""
StackRule: TypeAlias = Callable[[Sequence[Resource]], Iterator[tuple[str, str]]]
"""Yields what is wrong with a stack, each with the URN of a resource."""


def resource_policy(name: str, rule: Rule, level: EnforcementLevel) -> Policy:
    """Return the policy that reports what a rule yields; the rule's docstring is its description."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for message in rule(args):
            report(message, None)

    return ResourceValidationPolicy(name, _description(rule), validate, level)


def stack_policy(name: str, rule: StackRule) -> Policy:
    """Return the policy that reports what a rule of a whole stack yields."""

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for message, urn in rule(args.resources):
            report(message, urn)

    return StackValidationPolicy(name, _description(rule), validate, EnforcementLevel.MANDATORY)


def _description(rule: Callable[..., object]) -> str:
    return (rule.__doc__ or "").partition("\n")[0]


MANDATORY: Mapping[str, Rule] = {
    "webhook-delivers-safely": github.webhook,
    "webhook-events-are-named": github.webhook_events,
    "deploy-key-is-strong": github.deploy_key,
    "parameter-is-encrypted": aws.encrypted,
    "parameter-fits-its-tier": aws.size,
    "receiver-checks-signatures": kubernetes.receiver,
    "receiver-starts-sources": kubernetes.receiver_resources,
    "route-leads-to-the-receiver-alone": kubernetes.http_route,
    "external-secret-says-what-happens-to-its-secret": kubernetes.external_secret,
    "no-secret-in-the-state": kubernetes.no_secret,
    "provider-is-explicit": engine.explicit_provider,
}
ADVISORY: Mapping[str, Rule] = {
    "parameter-has-a-key-of-its-own": aws.own_key,
    "interval-is-reasonable": kubernetes.interval,
    "signing-key-is-protected": github.protected,
}
OF_THE_STACK: Mapping[str, StackRule] = {
    "webhook-has-a-receiver": stack.webhooks,
    "receiver-can-be-reached": stack.receivers,
    "writable-deploy-key-is-for-commits": stack.writable_keys,
    "parameters-have-one-prefix": stack.prefix,
}
POLICIES: list[Policy] = [
    *(resource_policy(name, rule, EnforcementLevel.MANDATORY) for name, rule in MANDATORY.items()),
    *(resource_policy(name, rule, EnforcementLevel.ADVISORY) for name, rule in ADVISORY.items()),
    *(stack_policy(name, rule) for name, rule in OF_THE_STACK.items()),
]
