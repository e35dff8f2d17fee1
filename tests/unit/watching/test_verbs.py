"""The verbs as they are typed: what they take, how they end, and what they print."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from fluxhook.errors import ExitCode
from recovery import github
from tests.unit.cli.conftest import Pulumi, fluxhook, pulumi
from tests.unit.watching.conftest import delivery

__all__ = ["pulumi"]
REPOSITORY = "developer-friendly/echo-server"
URL = "https://flux.example.com/hook/" + "0" * 64


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """The deliveries that GitHub has; a redelivery succeeds."""
    listed: list[dict[str, object]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            number = int(request.url.path.split("/")[-2])
            (again,) = [each for each in listed if each["id"] == number]
            listed.insert(0, {**again, **delivery(59, 200, str(again["guid"]))})
            return httpx2.Response(202, json={})
        return httpx2.Response(200, json=listed)

    def connected() -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(answer), base_url="http://github")

    monkeypatch.setattr(github, "connected", connected)
    monkeypatch.setenv("GITHUB_TOKEN", "any")
    yield listed


def deliveries(pulumi: Pulumi, *arguments: str, code: int = 0) -> Any:
    pulumi.says("stack output --json", {"webhooks": {REPOSITORY: "1"}})
    return fluxhook("deliveries", "--since", "9999d", *arguments, code=code)


def test_deliveries_are_listed_with_every_answer_and_take_no_passphrase(
    pulumi: Pulumi, items: list[dict[str, object]]
) -> None:
    items += [delivery(3, 200, "b"), delivery(2, 200, "a"), delivery(1, 500, "a")]
    printed = deliveries(pulumi).output.splitlines()
    assert printed == [
        f"✔ 2026-01-01T00:01:00Z {REPOSITORY} push a: 500, 200",
        f"✔ 2026-01-01T00:03:00Z {REPOSITORY} push b: 200",
        "✔ 2 events of 1 webhook, 0 not delivered",
    ]
    assert [call["arguments"][:3] for call in pulumi.calls] == [["stack", "output", "--json"]]
    assert "--show-secrets" not in pulumi.calls[0]["arguments"]


def test_failed_lists_only_what_never_succeeded_and_is_an_exit_code(
    pulumi: Pulumi, items: list[dict[str, object]]
) -> None:
    items += [delivery(3, 404, "lost"), delivery(2, 200, "a"), delivery(1, 500, "a")]
    printed = deliveries(pulumi, "--failed", code=ExitCode.FAILED).output
    assert "lost: 404" in printed
    assert " a: " not in printed
    document = json.loads(deliveries(pulumi, "--failed", "-o", "json", code=ExitCode.FAILED).output)
    (event,) = document["events"]
    assert (event["guid"], event["succeeded"], len(event["attempts"])) == ("lost", False, 1)


def test_redeliver_sends_what_failed_and_shows_the_new_answer(
    pulumi: Pulumi, items: list[dict[str, object]]
) -> None:
    items += [delivery(3, 404, "lost"), delivery(2, 200, "well")]
    printed = deliveries(pulumi, "--failed", "--redeliver").output
    assert printed.splitlines()[0].endswith("lost: 404, 200")
    assert "well" not in printed
    assert deliveries(pulumi, "--failed").output == "✔ 0 events of 1 webhook, 0 not delivered\n"


def test_without_a_token_the_variable_is_named(
    pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    told = deliveries(pulumi, code=ExitCode.FAILED).stderr
    assert told == (
        "fluxhook: $GITHUB_TOKEN is not set; set the token of the repositories' owner\n"
    )


@pytest.mark.parametrize("since", ["yesterday", "3w"])
def test_a_wrong_duration_is_a_wrong_command_line(pulumi: Pulumi, since: str) -> None:
    printed = fluxhook("deliveries", "--since", since, code=ExitCode.USAGE).output
    assert "write one such as 90m, 12h or 3d" in printed


def test_a_stack_without_a_webhook_asks_for_up(pulumi: Pulumi) -> None:
    pulumi.says("stack output --json", {})
    assert "run `pulumi up`" in fluxhook("deliveries", code=ExitCode.FAILED).stderr
    assert "run `pulumi up --stack unit`" in fluxhook("verify", code=ExitCode.FAILED).stderr


def test_an_application_that_the_stack_does_not_have_is_named_with_those_it_has(
    pulumi: Pulumi,
) -> None:
    urls = {"receiverUrls": {REPOSITORY: URL}, "receivers": {REPOSITORY: "echo-server"}}
    pulumi.says("stack output --json", {"webhooks": {REPOSITORY: "1"}, **urls})
    for verb in ("verify", "status"):
        told = fluxhook(verb, "other", code=ExitCode.USAGE).stderr
        assert told == (f"fluxhook: the stack unit has no application other; it has {REPOSITORY}\n")


def test_a_receivers_address_is_written_with_its_port(pulumi: Pulumi) -> None:
    told = fluxhook("verify", "--connect-to", "localhost", code=ExitCode.USAGE).output
    assert "write ADDRESS:PORT" in told


def test_a_verb_gives_up_when_its_time_is_over(
    pulumi: Pulumi, items: list[dict[str, object]]
) -> None:
    told = fluxhook("status", "--timeout", "0", code=ExitCode.FAILED).stderr
    assert told == "fluxhook: nothing more after 0 s; --timeout gives it longer\n"
