"""`fluxhook rotate`: the next list of generations, and nothing else, changes in the file."""

from pathlib import Path

import pytest
import yaml

from fluxhook.files.stack_file import faults
from tests.unit.cli.conftest import fluxhook
from tests.unit.conftest import ROOT

FILE = """\
# The first line is a comment.
config:
  fluxhook:owner: my-organisation   # ours
  fluxhook:host: flux.example.com
  fluxhook:gateway: {name: public, namespace: "gateway-system"}
  fluxhook:applications:
    - repository: first # one
      branch: main
    - {repository: second, branch: main}
    - repository: other-organisation/third
      generations:
        deployKey: [1, 2] # since May
        webhookToken:
        - 3
        - 4
encryptionsalt: v1:abc
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A stack file beside the program's Pulumi.yaml."""
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    made = tmp_path / "Pulumi.shop.yaml"
    made.write_text(FILE)
    return made


def rotate(file: Path, *arguments: str, code: int = 0) -> str:
    done = fluxhook("rotate", *arguments, "-C", str(file.parent), "--stack", "shop", code=code)
    return done.stderr if code else done.stdout


def generations(file: Path, place: int | None = None) -> dict[str, list[int]]:
    config = yaml.safe_load(file.read_text())["config"]
    found: dict[str, list[int]] = (
        config["fluxhook:generations"]
        if place is None
        else config["fluxhook:applications"][place]["generations"]
    )
    return found


def test_two_calls_bring_the_next_generation_and_take_the_old_one(file: Path) -> None:
    told = rotate(file, "webhookToken")
    assert generations(file) == {"webhookToken": [1, 2]}
    assert "next: pulumi up --stack shop\n" in told
    assert "then, after a minute: fluxhook rotate webhookToken --stack shop\n" in told
    told = rotate(file, "webhookToken")
    assert generations(file) == {"webhookToken": [2]}
    assert "then" not in told
    rotate(file, "deployKey")
    assert generations(file) == {"webhookToken": [2], "deployKey": [1, 2]}


@pytest.mark.parametrize(
    ("repository", "place", "what", "numbers"),
    [
        ("first", 0, "deployKey", [1, 2]),
        ("my-organisation/second", 1, "deployKey", [1, 2]),
        ("other-organisation/third", 2, "deployKey", [2]),
        ("other-organisation/third", 2, "webhookToken", [4]),
    ],
)
def test_the_list_of_one_application_is_all_that_changes(
    file: Path, repository: str, place: int, what: str, numbers: list[int]
) -> None:
    rotate(file, what, repository)
    expected = yaml.safe_load(FILE)
    entry = expected["config"]["fluxhook:applications"][place]
    entry.setdefault("generations", {})[what] = numbers
    text = file.read_text()
    assert yaml.safe_load(text) == expected
    assert [
        each for each in ("# The first", "# ours", "# one", "# since May") if each not in text
    ] == []


def test_an_application_without_a_list_goes_on_from_the_stack_s(file: Path) -> None:
    file.write_text(FILE + "  # nothing\n")
    rotate(file, "webhookToken")
    rotate(file, "webhookToken", "first")
    assert generations(file, 0) == {"webhookToken": [2]}


def test_what_leaked_goes_in_one_step_and_a_registry_s_token_is_asked_for(file: Path) -> None:
    assert "then" not in rotate(file, "deployKey", "--leaked")
    assert generations(file) == {"deployKey": [2]}
    told = rotate(file, "registryToken", "--leaked")
    assert "next: pulumi config set --secret --stack shop registryToken\n" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["deployKey", "fourth"], "there are first, second, other-organisation/third"),
        (["signingKey", "first"], "the signing key is the bot's"),
        (["signingKey"], "is of no use without a bot"),
    ],
)
def test_what_cannot_be_rotated_is_refused_and_the_file_stays(
    file: Path, arguments: list[str], told: str
) -> None:
    assert told in rotate(file, *arguments, code=1)
    assert file.read_text() == FILE


def test_a_file_that_cannot_be_changed_gets_the_line_to_write(file: Path) -> None:
    shared = FILE.replace("deployKey: [1, 2] # since May", "deployKey: &both [1, 2]")
    file.write_text(shared.replace("        - 3\n        - 4\n", "          *both\n"))
    told = rotate(file, "deployKey", "other-organisation/third", code=1)
    assert "write config.fluxhook:applications.2.generations.deployKey: [2]" in told


def test_the_rotated_file_has_no_fault(file: Path) -> None:
    rotate(file, "webhookToken", "first")
    assert faults(file.read_text(), "shop") == []
