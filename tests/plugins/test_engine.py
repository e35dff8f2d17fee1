"""The stand-ins and the language host under the real engine."""

import json
from collections.abc import Callable
from pathlib import Path

Cli = Callable[..., str]

PROGRAM = """
import pulumi
import pulumi_random

length = pulumi.Config().get_int("length") or 32
token = pulumi_random.RandomPassword("token", length=length, special=False)
pulumi.export("token", token.result)
"""


def state_file(tmp_path: Path) -> str:
    """The state as it lies on the disk."""
    return (tmp_path / "state/.pulumi/stacks/tests/dev.json").read_text()


def test_a_value_is_made_once_kept_secret_replaced_and_destroyed(
    tmp_path: Path, cli: Cli, project: Callable[[str], Path]
) -> None:
    project(PROGRAM)
    assert "2 to create" in cli("preview")
    assert "warning" not in cli("up", "--yes", "--skip-preview")
    token = cli("stack", "output", "token", "--show-secrets").strip()
    assert len(token) == 32
    assert token not in state_file(tmp_path)

    assert "2 unchanged" in cli("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert "2 unchanged" in cli("refresh", "--yes", "--expect-no-changes")
    assert cli("stack", "output", "token", "--show-secrets").strip() == token

    cli("config", "set", "length", "44")
    shown = cli("up", "--yes", "--diff")
    assert "length: 32 => 44" in shown
    assert "1 replaced" in shown
    new = cli("stack", "output", "token", "--show-secrets").strip()
    assert len(new) == 44
    assert new not in shown

    assert "2 deleted" in cli("destroy", "--yes", "--skip-preview")
    assert "resources" not in json.loads(state_file(tmp_path))["checkpoint"]["latest"]


def test_a_run_error_shows_its_message_alone(cli: Cli, project: Callable[[str], Path]) -> None:
    project("import pulumi\nraise pulumi.RunError('two faults: here and there')\n")
    shown = cli("preview", fails=True)
    assert "two faults: here and there" in shown
    assert "Traceback" not in shown


def test_an_exception_shows_the_frames_of_the_program_only(
    cli: Cli, project: Callable[[str], Path]
) -> None:
    project("def broken():\n    raise KeyError('nothing here')\nbroken()\n")
    shown = cli("preview", fails=True)
    assert "Program failed with an unhandled exception" in shown
    assert "KeyError: 'nothing here'" in shown
    assert "in broken" in shown
    assert "language_host.py" not in shown


def test_a_program_imports_from_its_own_directory(cli: Cli, project: Callable[[str], Path]) -> None:
    place = project("import pulumi\nfrom mine import VALUE\npulumi.export('value', VALUE)\n")
    (place / "mine.py").write_text("VALUE = 'of the project'\n")
    cli("up", "--yes", "--skip-preview")
    assert cli("stack", "output", "value").strip() == "of the project"


def test_a_program_sees_its_configuration_and_its_secrets(
    cli: Cli, project: Callable[[str], Path]
) -> None:
    project(
        "import pulumi\n"
        "config = pulumi.Config()\n"
        "pulumi.export('plain', config.get('plain'))\n"
        "pulumi.export('hidden', config.require_secret('hidden'))\n"
        "pulumi.export('preview', pulumi.runtime.is_dry_run())\n"
        "pulumi.export('stack', pulumi.get_stack() + '.' + pulumi.get_project())\n"
    )
    cli("config", "set", "plain", "seen")
    cli("config", "set", "--secret", "hidden", "very much unseen")
    cli("up", "--yes", "--skip-preview")
    shown = json.loads(cli("stack", "output", "--json"))
    assert shown == {
        "plain": "seen",
        "hidden": "[secret]",
        "preview": False,
        "stack": "dev.tests",
    }


def test_about_names_the_packages(cli: Cli, project: Callable[[str], Path]) -> None:
    project("")
    about = json.loads(cli("about", "--json"))
    assert {"pulumi", "pulumi_random"} <= {found["name"] for found in about["dependencies"]}


def test_a_resource_that_the_stand_in_lacks_fails_by_name(
    cli: Cli, project: Callable[[str], Path]
) -> None:
    project("import pulumi_random\npulumi_random.RandomPet('name')\n")
    shown = cli("preview", fails=True)
    assert "random:index/randomPet:RandomPet is not covered by the lab's stand-in" in shown
