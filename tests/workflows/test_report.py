"""The report of a command: in the summary, and as one comment that is kept up to date."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.workflows.conftest import Comments
from tests.workflows.files import ROOT


def report(
    directory: Path,
    output: str,
    comments: Comments | None = None,
    title: str = "Preview of staging",
    file: str = "output.txt",
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
    if comments:
        environment |= {"PR_NUMBER": "7", "GITHUB_API_URL": comments.url}
    script = ROOT / ".github/scripts/report.py"
    subprocess.run([sys.executable, script, title, printed], env=environment, check=True)
    return summary.read_text()


def test_without_a_pull_request_the_summary_has_the_output(tmp_path: Path) -> None:
    summary = report(tmp_path, "+ 3 to create\n")
    assert "### Preview of staging\n\n```\n+ 3 to create\n```\n" in summary
    assert "https://github.com/o/r/actions/runs/1" in summary


def test_a_second_run_takes_the_first_one_s_place(tmp_path: Path, comments: Comments) -> None:
    report(tmp_path, "first", comments)
    summary = report(tmp_path, "second", comments)
    assert comments.bodies() == [summary]
    assert "second" in summary


def test_each_title_has_a_comment_of_its_own(tmp_path: Path, comments: Comments) -> None:
    report(tmp_path, "one", comments)
    report(tmp_path, "two", comments, "Preview of staging-2")
    report(tmp_path, "three", comments)
    assert ["three" in str(body) for body in comments.bodies()] == [True, False]


def test_the_comment_is_found_among_many(tmp_path: Path, comments: Comments) -> None:
    for number in range(150):
        comments.add("somebody", f"opinion {number}")
    report(tmp_path, "first", comments)
    report(tmp_path, "second", comments)
    assert len(comments.kept) == 151


def test_a_comment_that_somebody_else_prepared_is_left_alone(
    tmp_path: Path, comments: Comments
) -> None:
    prepared = report(tmp_path, "harmless")
    comments.add("somebody", prepared)
    report(tmp_path, "real", comments)
    assert comments.bodies()[0] == prepared
    assert len(comments.kept) == 2


def test_an_output_that_is_too_long_keeps_its_beginning_and_its_end(
    tmp_path: Path, comments: Comments
) -> None:
    report(tmp_path, "begin" + "x" * 100_000 + "end", comments)
    (body,) = comments.bodies()
    assert "\nbeginx" in str(body)
    assert "xend\n" in str(body)
    assert "the whole is in the log" in str(body)


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
