"""What `status` prints for people."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from fluxhook.watching import watch
from fluxhook.watching.status import Status
from fluxhook.watching.tables import ago, screen

NOW = datetime(2026, 1, 10, tzinfo=UTC)


def status(**more: object) -> Status:
    made = Status("o/" + "long-name-" * 5, "main", ["a" * 12, "b" * 12])
    for key, value in more.items():
        setattr(made, key, value)
    return made


def test_a_table_is_not_fitted_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    watch._print([status(behind=0), status(behind=0)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(status().repository)


def test_an_application_shows_how_far_behind_it_is_and_its_oldest_credential() -> None:
    ages = {"deploy-key": NOW - timedelta(days=9), "webhook-token": NOW - timedelta(hours=2)}
    known = status(behind=1, credentials=ages, faults=["something [red]"])
    unknown = status(behind=None)
    console = Console(width=300)
    with console.capture() as capture:
        console.print(screen([known, unknown], NOW))
    head, first, second, fault = capture.get().splitlines()
    assert head.split()[-2:] == ["OLDEST", "CREDENTIAL"]
    assert first.split()[-4:] == ["1", "-", "9d", "ago"]
    assert second.split()[-3:] == [">1", "-", "-"]
    assert fault.rstrip() == f"✗ {known.repository}: something [red]"


@pytest.mark.parametrize(
    ("seconds", "told"), [(5, "5s ago"), (60, "1m ago"), (7199, "1h ago"), (90000, "1d ago")]
)
def test_an_age_has_one_unit(seconds: int, told: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == told
    assert ago(None, NOW) == ""
