"""The verb `check`: what it prints, how it ends, and what it looks at on this machine."""

import json
from pathlib import Path

import pytest

import preflight
from fluxhook.checking import tools
from fluxhook.stacks.engine import Engine
from preflight import Finding, Level, Result
from tests.unit.cli.conftest import Pulumi, fluxhook, pulumi

__all__ = ["pulumi"]
FINDINGS = tuple(Finding("store", f"is {level}", "do it", level) for level in Level)


def finds(monkeypatch: pytest.MonkeyPatch, *results: Result) -> list[float]:
    """Have the checks find something; returns the seconds that they get."""
    bounds: list[float] = []

    def examine(asked: preflight.Asked, within: float) -> list[Result]:
        assert asked.settings.stack_name == "unit" and asked.account.configured == "eu-west-1"
        assert asked.stack == "organization/fluxhook/unit"
        bounds.append(within)
        return list(results)

    monkeypatch.setattr(preflight, "examine", examine)
    return bounds


@pytest.fixture(autouse=True)
def region(pulumi: Pulumi) -> None:
    from tests.unit.conftest import CONFIG

    pulumi.configured({**CONFIG, "aws:region": "eu-west-1"})
    pulumi.says("version", "v3.256.0\n")
    pulumi.says("stack --show-name --fully-qualify-stack-names", "organization/fluxhook/unit\n")


def test_every_check_has_a_line_with_the_glyphs_of_flux(
    pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bound,) = [finds(monkeypatch, Result("GitHub", ()), Result("store", FINDINGS))]
    assert fluxhook("check", "--timeout", "45", code=1).output.splitlines() == [
        "► checking what `pulumi up --stack unit` needs",
        "✔ tools",
        "✔ GitHub",
        "✗ store: is fault; do it",
        "✗ store: is update; do it",
        "◎ store: is warning; do it",
        "◎ store: is note; do it",
        "✗ 2 faults stop an update",
    ]
    assert 40 < bound[0] <= 45


def test_what_stops_nothing_is_no_failure(pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    finds(monkeypatch, Result("store", FINDINGS[2:]))
    assert fluxhook("check").output.splitlines()[-1] == "✔ nothing stops an update"


def test_json_has_every_finding(pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch) -> None:
    finds(monkeypatch, Result("store", FINDINGS[:1]))
    answer = json.loads(fluxhook("check", "--output", "json", code=1).output)
    assert answer["stack"] == "unit" and answer["passed"] is False
    assert answer["checks"] == [
        {"subject": "tools", "passed": True, "findings": []},
        {
            "subject": "store",
            "passed": False,
            "findings": [
                {"subject": "store", "problem": "is fault", "fix": "do it", "level": "fault"}
            ],
        },
    ]


@pytest.mark.parametrize(
    ("version", "told"),
    [("v3.256.0", []), ("v4.0.1", []), ("3.255.9", ["3.255.9"]), ("v3.9.0-dev", ["v3.9.0-dev"])],
)
def test_an_old_pulumi_is_told(
    version: str, told: list[str], pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.says("version", f"{version}\n")
    found = [str(each) for each in tools.tools(Engine(tmp_path, "unit")).findings]
    assert "--stack" not in pulumi.calls[-1]["arguments"]
    assert found == [
        f"tools: `pulumi` on PATH is of version {each}; install 3.256 or newer" for each in told
    ]
