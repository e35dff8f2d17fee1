"""What the program makes of findings: a refusal before the first resource, warnings, or nothing."""

import pulumi
import pytest

from preflight import examination, program
from preflight.findings import Finding, Level
from tests.unit.conftest import Engine

FINDINGS = [Finding("a", f"is {level}", "do it", level) for level in Level]


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return told


def test_an_update_is_refused_by_one_message_with_everything_that_stops_it(
    warned: list[str],
) -> None:
    with pytest.raises(pulumi.RunError) as refusal:
        program.refuse([*FINDINGS, *FINDINGS], "shop", preview=False)
    assert str(refusal.value).splitlines() == [
        "2 checks failed; nothing was written:",
        "  a: is fault; do it",
        "  a: is update; do it",
        "  FLUXHOOK_PREFLIGHT=false turns these checks off for one command, such as a destroy;"
        " `pulumi config set --stack shop fluxhook:preflight false` for all",
    ]
    assert warned == []


def test_a_preview_is_refused_for_faults_alone() -> None:
    with pytest.raises(
        pulumi.RunError, match=r"^1 check failed; nothing was written:\n  a: is fault"
    ):
        program.refuse(FINDINGS, "shop", preview=True)


def test_a_preview_says_what_an_update_would_be_refused_for(warned: list[str]) -> None:
    program.refuse(FINDINGS[1:], "shop", preview=True)
    assert warned == ["a: is update; do it", "a: is warning; do it"]


def test_warnings_stop_nothing_and_notes_are_not_told(warned: list[str]) -> None:
    program.refuse(FINDINGS[2:], "shop", preview=False)
    assert warned == ["a: is warning; do it"]


def test_the_program_is_refused_before_its_first_resource_unless_the_key_says_no(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def examine(whom: examination.Asked) -> list[object]:
        asked.append(whom)
        raise pulumi.RunError("refused")

    monkeypatch.delenv("PULUMI_K8S_DELETE_UNREACHABLE")
    monkeypatch.setattr(program, "examine", examine)
    monkeypatch.setattr("recovery.protect", lambda settings: None)
    with pytest.raises(pulumi.RunError, match="refused"):
        engine.up()
    assert engine.registered == [] and len(asked) == 1
    engine.up(preflight=False)
    assert engine.registered != [] and len(asked) == 1
    monkeypatch.setenv("FLUXHOOK_PREFLIGHT", "false")
    engine.up()
    assert len(asked) == 1


def test_who_removes_a_stack_whose_cluster_is_gone_is_asked_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "examine", lambda asked: pytest.fail("it asked"))
    engine.up()
    assert engine.registered != []
