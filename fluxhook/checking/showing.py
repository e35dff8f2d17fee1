"""Results of checks, for people and for scripts."""

from collections.abc import Sequence
from typing import Any

from fluxhook.sides.showing import ACTION, FAILURE, SUCCESS, WAITING, line
from preflight import Finding, Level, Result

STOPPING = (Level.FAULT, Level.UPDATE)


def started(stack: str) -> None:
    """Say what begins."""
    line(ACTION, f"checking what `pulumi up --stack {stack}` needs")


def results(found: Sequence[Result]) -> None:
    """Print a line for each check that passed, and for each finding what is wrong and what to do; then the verdict."""
    told: set[Finding] = set()
    for result in found:
        if not result.findings:
            line(SUCCESS, result.subject)
        for each in result.findings:
            if each not in told:
                told.add(each)
                line(FAILURE if each.level in STOPPING else WAITING, str(each))
    stopping = sum(each.level in STOPPING for each in told)
    if stopping:
        line(FAILURE, f"{stopping} {'fault stops' if stopping == 1 else 'faults stop'} an update")
    else:
        line(SUCCESS, "nothing stops an update")


def document(stack: str, found: Sequence[Result]) -> dict[str, Any]:
    """Return all of it for JSON."""
    return {
        "stack": stack,
        "passed": all(each.passed for each in found),
        "checks": [
            {
                "subject": result.subject,
                "passed": result.passed,
                "findings": [
                    {
                        "subject": each.subject,
                        "problem": each.problem,
                        "fix": each.fix,
                        "level": each.level.value,
                    }
                    for each in result.findings
                ],
            }
            for result in found
        ],
    }
