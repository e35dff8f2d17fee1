"""Asks every side whether an `up` of these settings can work, before it writes; and tells what it waits for.

`program.protect` is the way in for `__main__.py`, `examination.examine` for `fluxhook check`: it runs all of `checks`
at once, within a bound (`running`). `github_api` and `kubernetes` are the sides as they are asked. During an update
`reports` tells what an object says that is waited for (`waits`), and whether GitHub's first call arrived (`pings`).
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
