"""How a verb reads a real stack: what `pulumi` is asked, what becomes of its answers, and of its errors."""

from pathlib import Path

import pytest

from fluxhook.errors import ExitCode, Refusal
from fluxhook.stacks import read
from fluxhook.stacks.engine import HINTS, Engine
from tests.unit.cli.conftest import Pulumi
from tests.unit.conftest import CONFIG

SECRET = "very-" + "secret"


def refused(directory: Path, stack: str | None = None, code: ExitCode = ExitCode.NO_STACK) -> str:
    with pytest.raises(Refusal) as refusal:
        read(directory, stack)
    assert refusal.value.code is code
    return str(refusal.value)


def test_the_selected_stack_is_read_from_the_directory_that_is_named(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.configured({**CONFIG, "aws:region": "eu-central-1"})
    stack = read(tmp_path)
    assert stack.name == "unit"
    assert [app.repository for app in stack.settings.applications] == [
        "developer-friendly/echo-server"
    ]
    assert stack.config == {"aws:region": "eu-central-1"}
    assert {call["cwd"] for call in pulumi.calls} == {str(tmp_path)}


def test_every_call_names_the_stack_that_is_asked_for(pulumi: Pulumi, tmp_path: Path) -> None:
    stack = read(tmp_path, "shop/fluxhook/production")
    pulumi.says("stack output", {"webhooks": {}})
    stack.outputs()
    assert stack.name == "production"
    for call in pulumi.calls:
        at = call["arguments"].index("--stack")
        assert call["arguments"][at + 1] == "shop/fluxhook/production"
        assert "--non-interactive" in call["arguments"]


def test_secret_settings_are_read_and_shown_nowhere(pulumi: Pulumi, tmp_path: Path) -> None:
    pulumi.configured(CONFIG, {"registryToken": SECRET})
    stack = read(tmp_path)
    token = stack.settings.stack.registry_token
    assert token and token.get_secret_value() == SECRET
    assert SECRET not in repr(stack)


def test_secret_outputs_are_asked_for_only_when_they_are_wanted(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.says("stack output", {"receiverUrls": "[secret]"})
    pulumi.says("stack output --json --show-secrets", {"receiverUrls": {"a/b": SECRET}})
    stack = read(tmp_path)
    assert stack.outputs() == {"receiverUrls": "[secret]"}
    assert stack.outputs(show_secrets=True) == {"receiverUrls": {"a/b": SECRET}}


def test_all_faults_of_a_stack_file_are_one_message_as_in_the_program(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    wrong = {"owner": "developer-friendly", "hots": "x", "registryToken": SECRET, "port": 70000}
    pulumi.configured(wrong)
    head, *faults = refused(tmp_path, code=ExitCode.FAILED).splitlines()
    assert head == f"Pulumi.unit.yaml has {len(faults)} faults:"
    wanted = ("registryToken: is not encrypted", "hots: ", "port: ", "applications: is missing")
    assert all(any(f"fluxhook:{each}" in fault for fault in faults) for each in wanted)
    assert SECRET not in "".join(faults)


def test_without_pulumi_one_line_says_what_to_install(
    pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert refused(tmp_path) == "there is no `pulumi` on PATH; install the Pulumi CLI"


def test_a_directory_that_does_not_exist_is_named(pulumi: Pulumi, tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in refused(tmp_path / "nowhere")


# As Pulumi 3.256 prints them.
ERRORS = {
    "error: no Pulumi.yaml project file found (searching upwards from /). If you have not created a project"
    " yet, use `pulumi new` to do so: no project file found\n": "-C DIRECTORY",
    "error: no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one\n": (
        "--stack NAME"
    ),
    "error: no stack named 'nope' found\n": "`pulumi stack ls`",
    "warning: something\nerror: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or"
    " PULUMI_CONFIG_PASSPHRASE_FILE environment variables\n": "export PULUMI_CONFIG_PASSPHRASE",
    "error: incorrect passphrase\n": "is not the one",
    "error: failed to load checkpoint: EOF\n": "STACK.json.bak",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n": (
        "pulumi login"
    ),
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_pulumi_becomes_one_line_with_what_to_do(
    error: str, pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.says("config --json --show-secrets", code=6, error=error)
    message = refused(tmp_path)
    assert message.startswith("`pulumi config`: ") and len(message.splitlines()) == 1
    assert ERRORS[error] in message
    assert "pulumi new" not in message and "stack init" not in message


def test_each_hint_belongs_to_an_error_that_is_known() -> None:
    assert all(any(part in error for error in ERRORS) for part in HINTS)


def test_an_error_that_is_not_known_is_handed_on_in_pulumis_words(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.says("stack export", code=1, error="note\nerror: the bucket does not exist\n")
    with pytest.raises(Refusal, match=r"^`pulumi stack export`: the bucket does not exist$"):
        Engine(tmp_path).answer("stack", "export")
