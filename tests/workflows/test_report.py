"""The report of a command: in the summary, and as one comment that is kept up to date."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.world import push
from tests.workflows.files import ROOT
from tests.workflows.pull_requests import PullRequest, opened
from tests.world import World


@pytest.fixture(scope="module")
def repository(world: World) -> str:
    """A repository for pull requests."""
    world.make_repository("reports")
    with push.connect(world.state) as github:
        push.commit(github, push.full_name("reports"), "First", {"README.md": "# Reports"})
    return "reports"


@pytest.fixture
def pull_request(world: World, repository: str) -> PullRequest:
    """A pull request without comments."""
    return opened(world, repository, {"README.md": "# All reports"})


def report(
    directory: Path,
    output: str,
    pull_request: PullRequest | None = None,
    title: str = "Preview of staging",
    file: str = "output.txt",
    **variables: str,
) -> str:
    """Runs the script; what it wrote into the summary."""
    summary, printed = directory / "summary", directory / file
    summary.write_text("")
    printed.write_text(output)
    environment = {
        "PATH": os.environ["PATH"],
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "1",
        "GITHUB_TOKEN": "t",
    }
    if pull_request:
        token = pull_request.world.state.tokens.organisation
        environment |= pull_request.environment
        environment |= {"PR_NUMBER": str(pull_request.number), "GITHUB_TOKEN": token, **variables}
    script = ROOT / ".github/scripts/report.py"
    subprocess.run([sys.executable, script, title, printed], env=environment, check=True)
    return summary.read_text()


def test_without_a_pull_request_the_summary_has_the_output(tmp_path: Path) -> None:
    summary = report(tmp_path, "+ 3 to create\n")
    assert "### Preview of staging\n\n```\n+ 3 to create\n```\n" in summary
    assert "https://github.com/o/r/actions/runs/1" in summary


def test_a_second_run_takes_the_first_one_s_place(
    tmp_path: Path, pull_request: PullRequest
) -> None:
    report(tmp_path, "first", pull_request)
    summary = report(tmp_path, "second", pull_request)
    assert pull_request.comments() == [summary]
    assert "second" in summary


def test_each_title_has_a_comment_of_its_own(tmp_path: Path, pull_request: PullRequest) -> None:
    report(tmp_path, "one", pull_request)
    report(tmp_path, "two", pull_request, "Preview of staging-2")
    report(tmp_path, "three", pull_request)
    assert ["three" in body for body in pull_request.comments()] == [True, False]


def test_the_comment_is_found_among_many(tmp_path: Path, pull_request: PullRequest) -> None:
    for number in range(150):
        pull_request.comment(f"opinion {number}")
    report(tmp_path, "first", pull_request)
    report(tmp_path, "second", pull_request)
    assert pull_request.count() == 151


def test_a_comment_that_somebody_else_prepared_is_left_alone(
    tmp_path: Path, pull_request: PullRequest
) -> None:
    prepared = report(tmp_path, "harmless")
    pull_request.comment(prepared)
    report(tmp_path, "real", pull_request, COMMENT_AUTHOR="github-actions[bot]")
    assert pull_request.comments()[0] == prepared
    assert pull_request.count() == 2


def test_an_output_that_is_too_long_keeps_its_beginning_and_its_end(
    tmp_path: Path, pull_request: PullRequest
) -> None:
    report(tmp_path, "begin" + "x" * 100_000 + "end", pull_request)
    (body,) = pull_request.comments()
    assert "\nbeginx" in body
    assert "xend\n" in body
    assert "see the log for the rest" in body


def test_backticks_in_the_output_do_not_end_its_block(tmp_path: Path) -> None:
    summary = report(tmp_path, "a\n````\n# not a heading")
    assert "\n`````\na\n````\n# not a heading\n`````\n" in summary


def test_of_a_preview_s_json_each_difference_is_a_line(tmp_path: Path) -> None:
    urn = "urn:pulumi:s::p::fluxhook:index:DeployKey$github:index/key:Key::o/r-deploy-key"
    steps = [
        {"op": "refresh", "urn": urn},
        {"op": "same", "urn": urn},
        {"op": "create", "urn": urn},
        {"op": "update", "urn": urn, "diffReasons": ["title", "readOnly"]},
    ]
    complaint = {"message": "error: host is missing\n", "severity": "info#err"}
    found = {"steps": steps, "diagnostics": [complaint]}
    for content, shown in (
        (
            found,
            "error: host is missing\ncreate github:index/key:Key o/r-deploy-key\n"
            "update github:index/key:Key o/r-deploy-key: title, readOnly",
        ),
        ({"steps": steps[:2]}, "no difference"),
    ):
        assert f"```\n{shown}\n```" in report(tmp_path, json.dumps(content), file="found.json")


def test_a_command_that_could_not_begin_is_reported_too(tmp_path: Path) -> None:
    assert "```\n\n```" in report(tmp_path, "", file="found.json")
