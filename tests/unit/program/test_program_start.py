"""What a run of the program costs: what it imports, how many resources it registers, how long its files are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.unit.conftest import ROOT, Engine

SERVICES_OF_AWS = {"ssm"}
DEAR = ("pulumi_kubernetes.core.v1", "pulumi_kubernetes.networking.v1", "pulumi_kubernetes.apps.v1")
PRODUCT = ("components", "preflight", "recovery", "settings", "fluxhook")


@pytest.fixture(scope="module")
def imported() -> list[str]:
    """The modules of a fresh process that has imported what `__main__.py` imports."""
    program = ROOT / "__main__.py"
    lines = [
        each for each in program.read_text().splitlines() if each.startswith(("import", "from"))
    ]
    ask = "\n".join([*lines, "import json, sys; print(json.dumps(sorted(sys.modules)))"])
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_start_of_the_program_imports_no_large_module_that_it_may_not_need(
    imported: list[str],
) -> None:
    assert {"components.application.application", "settings.read"} <= set(imported)
    # Each is thousands of classes, which only an Ingress, a Service or a Secret of Pulumi's own needs.
    assert [name for name in imported if name.startswith(DEAR)] == []


def test_the_start_of_the_program_imports_one_service_of_aws(imported: list[str]) -> None:
    # A service is a lazy module until something of it is used: then it has modules of its own.
    parts = [name.split(".") for name in imported if name.startswith("pulumi_aws.")]
    used = {part[1] for part in parts if len(part) > 2 and part[1] != "config"}
    assert used == SERVICES_OF_AWS


def test_the_start_of_the_program_imports_neither_command_line_nor_lab(
    imported: list[str],
) -> None:
    assert {"fluxhook", "lab", "tests", "jinja2"} & set(imported) == set()


def test_an_application_of_the_stack_dev_is_eighteen_resources_and_four_components(
    engine: Engine,
) -> None:
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]
    values = {key.removeprefix("fluxhook:"): value for key, value in config.items()}
    secrets = {key: "s3cr3t" for key, value in values.items() if is_encrypted(value)}
    engine.up(**values | secrets)
    (entry,) = values["applications"]
    name = f"{values['owner']}/{entry['repository']}"
    made = [each for each in engine.registered if (each.name + "/").startswith(name + "/")]
    components = [each for each in made if each.typ.startswith("fluxhook:")]
    # Siblings register at the same time, in any order.
    assert sorted(each.typ.rpartition(":")[2] for each in components) == [
        "Application",
        "DeployKey",
        "Image",
        "Webhook",
    ]
    assert len(made) - len(components) == 18


def is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and "secure" in value


def test_the_program_is_short_enough_to_read_at_a_glance() -> None:
    assert length(ROOT / "__main__.py") <= 80


def test_no_file_of_the_product_is_longer_than_200_lines() -> None:
    files = [each for folder in PRODUCT for each in (ROOT / folder).rglob("*.py")]
    assert len(files) > 60
    assert {str(each.relative_to(ROOT)): length(each) for each in files if length(each) > 200} == {}


def length(path: Path) -> int:
    return len(path.read_text().splitlines())
