"""The checks as the program runs them: before its first resource, in the time that a user waits anyway."""

import os

import pulumi

import recovery
from preflight import reports
from preflight.checks.aws import Account
from preflight.examination import Asked, examine
from preflight.findings import Finding, Level
from preflight.kubernetes import Kubernetes
from recovery.cluster import UNREACHABLE
from settings.models.settings import PROJECT, Settings

VARIABLE = "FLUXHOOK_PREFLIGHT"
"""Set to `false`, it turns the checks off for one command."""
TURN_OFF = (
    f"{VARIABLE}=false turns these checks off for one command, such as a destroy;"
    f" `pulumi config set --stack {{}} {PROJECT}:preflight false` for all"
)


def protect(settings: Settings) -> None:
    """Refuse a stack that cannot work, then what `recovery.protect` refuses; watch over every write.

    A preview is refused for what is wrong, and told what could not be checked. In an update both refuse.

    Raises:
        pulumi.RunError: one message with everything that is wrong; nothing has been written.
    """
    preview, kubernetes = pulumi.runtime.is_dry_run(), Kubernetes(settings.stack)
    if _wanted(settings):
        aws = pulumi.Config("aws")
        account = Account(aws.get("profile"), aws.get("region"))
        asked = Asked(settings, kubernetes, account, writes=not preview)
        found = [each for result in examine(asked) for each in result.findings]
        refuse(found, settings.stack_name, preview)
    recovery.protect(settings)
    reports.begin(kubernetes)


def _wanted(settings: Settings) -> bool:
    """Whether anything is checked: nobody tells a program that it runs in a destroy, so a variable can say so."""
    gone = os.environ.get(UNREACHABLE) == "true"
    return settings.stack.preflight and os.environ.get(VARIABLE) != "false" and not gone


def refuse(found: list[Finding], stack: str, preview: bool) -> None:
    """Log what stops nothing, and refuse for the rest.

    Raises:
        pulumi.RunError: one message with everything that stops this preview or update.
    """
    stopping = {Level.FAULT} if preview else {Level.FAULT, Level.UPDATE}
    told = {Level.UPDATE, Level.WARNING} - stopping
    lines = list(dict.fromkeys(str(each) for each in found if each.level in stopping))
    if lines:
        count = "1 check failed" if len(lines) == 1 else f"{len(lines)} checks failed"
        head = f"{count}; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *lines, TURN_OFF.format(stack)]))
    for line in dict.fromkeys(str(each) for each in found if each.level in told):
        pulumi.log.warn(line)
