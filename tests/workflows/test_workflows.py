"""What every workflow of the repository keeps to."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from lab.build import toolchain
from tests.workflows.files import ACTIONS, EXAMPLES, ROOT, WORKFLOWS, load, steps, workflow

EVERY = [*WORKFLOWS, *EXAMPLES]
STACKS = {file.stem.removeprefix("Pulumi.") for file in ROOT.glob("Pulumi.*.yaml")}


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    # What is not installed everywhere would make the answer depend on the machine.
    return subprocess.run(
        [toolchain.binaries()["actionlint"], "-no-color", "-shellcheck=", "-pyflakes=", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_actionlint_finds_nothing() -> None:
    assert {file.stem for file in WORKFLOWS} == {
        *("test", "preview", "up", "drift", "ephemeral", "deliveries"),
    }
    done = lint(*EVERY)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_actionlint_is_one_that_finds_faults(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(
        "on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    done = lint(wrong)
    assert done.returncode == 1
    assert "is potentially untrusted" in done.stdout


@pytest.mark.parametrize("file", [*EVERY, *ACTIONS], ids=lambda file: file.name)
def test_every_action_of_others_is_pinned_by_its_commit_with_the_version_beside(file: Path) -> None:
    others = [
        line for line in file.read_text().splitlines() if "uses:" in line and "uses: ./" not in line
    ]
    pinned = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
    assert [line for line in others if not pinned.search(line)] == []
    used = {step["uses"] for step in steps(file) if "uses" in step and step["uses"][0] != "."}
    assert {line.partition("uses: ")[2].partition(" ")[0] for line in others} == used


def test_an_action_is_pinned_to_the_same_commit_everywhere() -> None:
    text = "\n".join(file.read_text() for file in (*WORKFLOWS, *ACTIONS))
    pins = set(re.findall(r"uses: ([\w./-]+)@(\w+)", text))
    assert len(pins) == len({action for action, _ in pins})


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.name)
def test_permissions_are_given_by_name(file: Path) -> None:
    content = load(file)
    assert "permissions" in content
    assert content["permissions"] in ({}, {"contents": "read"})
    for job in content["jobs"].values():
        assert isinstance(job.get("permissions", {}), dict), "neither read-all nor write-all"
        assert content["permissions"] or job["permissions"]


@pytest.mark.parametrize("file", [*EVERY, *ACTIONS], ids=lambda file: file.name)
def test_no_expression_is_part_of_a_script(file: Path) -> None:
    assert [step["run"] for step in steps(file) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_no_workflow_gives_secrets_to_what_a_fork_wrote(file: Path) -> None:
    content = load(file)
    assert "pull_request_target" not in content["on"]
    called_by_pull_requests = {"pull_request", "workflow_call"} & set(content["on"])
    for job in content["jobs"].values():
        if called_by_pull_requests and "secrets." in str(job):
            own = "github.event.pull_request.head.repo.full_name == github.repository"
            assert own in job["if"]


def test_every_environment_is_previewed_brought_up_and_watched() -> None:
    environments = STACKS - {"dev"}
    for name in ("preview", "drift", "deliveries"):
        (job,) = workflow(name)["jobs"].values()
        assert set(job["strategy"]["matrix"]["stack"]) == environments, name
    jobs = workflow("up")["jobs"]
    assert set(jobs) == environments
    for name, job in jobs.items():
        assert job["environment"] == job["env"]["STACK"] == name
        assert job["concurrency"] == {"group": f"up-{name}", "cancel-in-progress": "false"}


def test_what_redelivers_has_an_environment_of_its_own() -> None:
    (job,) = workflow("deliveries")["jobs"].values()
    assert job["environment"] == "${{ matrix.stack }}-deliveries"
    assert "KUBECONFIG" not in str(job)
    assert "FLUXHOOK_BOT_TOKEN" not in str(job)


def test_production_waits_for_staging() -> None:
    assert workflow("up")["jobs"]["production"]["needs"] == "staging"


def test_the_command_line_is_of_the_version_of_the_program_s_library() -> None:
    locked = re.search(r"(?m)^pulumi==(\S+)", (ROOT / "requirements.txt").read_text())
    (action,) = ACTIONS
    used = [step["with"] for step in steps(action) if "pulumi/actions" in step.get("uses", "")]
    assert locked
    assert used == [{"pulumi-version": locked[1]}]


def test_the_environments_differ_in_values_alone() -> None:
    def keys(value: object) -> object:
        if isinstance(value, dict):
            # The stack dev alone writes the SSM names of the guides.
            return {key: keys(each) for key, each in value.items() if key != "parameter"}
        return [keys(each) for each in value] if isinstance(value, list) else type(value)

    shapes = {}
    for name in STACKS:
        config = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
        # Secrets are encrypted for one stack, and the region is the AWS provider's own key.
        own = {key: each for key, each in config.items() if key.startswith("fluxhook:")}
        plain = {key: each for key, each in own.items() if "secure" not in each}
        shapes[name] = keys(plain)
    assert {"dev", "staging", "production"} <= shapes.keys()
    assert all(shape == shapes["staging"] for shape in shapes.values())
