"""Environments of pull requests that cannot be: refused, with what to write."""

import pytest

from tests.unit.settings.test_pull_request import ENVIRONMENT, KEPT_BY_THE_BASE, app, parsed


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ephemeral": {"branch": "x"}}, "fluxhook:ephemeral.name: is missing"),
        ({"ephemeral": {"name": "pr-7"}}, "fluxhook:ephemeral.branch: is missing"),
        (
            {"ephemeral": {**ENVIRONMENT, "name": "PR 7"}},
            "fluxhook:ephemeral.name: is not a Kubernetes name",
        ),
        (
            {"ephemeral": {**ENVIRONMENT, "branches": "x"}},
            "fluxhook:ephemeral.branches: is not a known key; did you mean `branch`?",
        ),
        *[
            (
                {"ephemeral": {**ENVIRONMENT, "repository": unknown}},
                "fluxhook:ephemeral.repository: is none of the applications; write one of"
                " developer-friendly/shop",
            )
            for unknown in ("till", "other/shop", "a/b/c")
        ],
        (
            {"ephemeral": {**ENVIRONMENT, "name": "x" * 59}},
            f"fluxhook:ephemeral.name: makes the name shop-{'x' * 59}, longer than 63; write a shorter",
        ),
        (
            {"applications": [app(receiver={"name": "r" * 60})]},
            f"fluxhook:ephemeral.name: makes the name {'r' * 60}-pr-7, longer than 63",
        ),
        (
            {"applications": [app(kustomization={"targetNamespace": "n" * 60})]},
            f"fluxhook:ephemeral.name: makes the name {'n' * 60}-pr-7, longer than 63",
        ),
        (
            {"applications": [app(helmRelease={"chart": "./c", "releaseName": "h" * 50})]},
            f"fluxhook:ephemeral.name: makes the name {'h' * 50}-pr-7, longer than 53",
        ),
        (
            {"gateway": None, "verifyTls": False, "loadBalancer": {"port": 80}, "host": None},
            "fluxhook:host: is missing; write the public DNS name",
        ),
        ({"applications": []}, "fluxhook:applications: is missing; write a list"),
        (
            {"applications": [], "clusterSync": KEPT_BY_THE_BASE["clusterSync"]},
            "fluxhook:applications: is missing; write a list",
        ),
    ],
)
def test_an_environment_that_cannot_be_is_refused(changes: dict[str, object], fault: str) -> None:
    _, _, faults = parsed(app(), **changes)
    assert len(faults) == 1
    assert fault in faults[0]
