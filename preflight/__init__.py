"""Asks GitHub, AWS and the cluster whether an `up` can work, before it writes; and says what an `up` waits for.

`program.protect` is the entry point of `__main__.py`, `examination.examine` that of `fluxhook check`: it runs all of
`checks` at once, with a time limit (`running`). `github_api` and `kubernetes` are the sides as they are asked. During
an update `reports` tells what an object says that is waited for (`waits`), and whether GitHub's first call arrived
(`pings`).
"""

from preflight.checks.aws import Account
from preflight.examination import WITHIN, Asked, examine
from preflight.findings import Finding, Level
from preflight.kubernetes import Kubernetes
from preflight.program import protect
from preflight.running import Result

__all__ = [
    "WITHIN",
    "Account",
    "Asked",
    "Finding",
    "Kubernetes",
    "Level",
    "Result",
    "examine",
    "protect",
]
