"""Reports the output of a `pulumi` command in the job's summary and on the pull request.

    python3 report.py TITLE FILE

If FILE ends in .json, it is the output of `pulumi preview --json`: the report has one line for each
difference.

With `$PR_NUMBER` the report is also a comment on that pull request, one for each title: the first run
writes it, later runs replace its text. Only comments by `$COMMENT_AUTHOR` are replaced: a comment of
anybody else could be edited afterwards. The other variables are `$GITHUB_TOKEN` and those that GitHub
sets in every job. The script uses only the standard library, because the runner has nothing else.
"""

import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

MAX_LENGTH = 60_000
"""Characters of output that a report shows; a comment on GitHub can have 65,536."""
PAGE = 100
"""Comments in one answer of GitHub, which is the most that it allows."""


def body(title: str, output: str) -> str:
    """Returns the report as Markdown. Its first line is a comment that later runs recognise.

    A long output is shortened in the middle, because its end has the counts.
    """
    if len(output) > MAX_LENGTH:
        half = MAX_LENGTH // 2
        output = f"{output[:half]}\n\n[… see the log for the rest …]\n\n{output[-half:]}"
    # Longer than any run of backticks in the output, so that the output cannot end the block.
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", output) or [""]))
    run = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format(
        **os.environ
    )
    return (
        f"<!-- fluxhook: {title} -->\n### {title}\n\n{fence}\n{output}\n{fence}\n\n[Run]({run})\n"
    )


def differences(preview: str) -> str:
    """Returns a line for each diagnostic and each difference in the output of `preview --json`."""
    result = json.loads(preview)
    lines = [each["message"].rstrip() for each in result.get("diagnostics", [])]
    for step in result.get("steps", []):
        if step["op"] not in ("same", "read", "refresh"):
            kind, _, name = step["urn"].rpartition("::")
            properties = ", ".join(step.get("diffReasons") or [])
            kind = re.split(r"[$]|::", kind)[-1]
            lines.append(f"{step['op']} {kind} {name}" + (properties and f": {properties}"))
    return "\n".join(lines) or "no difference"


def call(method: str, path: str, content: object = None) -> Any:
    """Calls GitHub's REST API at a path below the repository, and returns the answer.

    Raises:
        urllib.error.HTTPError: GitHub refused the call.
    """
    request = urllib.request.Request(  # noqa: S310 - GitHub's address, as the runner sets it
        "{GITHUB_API_URL}/repos/{GITHUB_REPOSITORY}".format(**os.environ) + path,
        method=method,
        data=None if content is None else json.dumps(content).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": "Bearer " + os.environ["GITHUB_TOKEN"],
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        return json.load(answer)


def comment(number: int, text: str) -> None:
    """Writes a comment, or replaces the text of the one with the same first line."""
    first_line = text.partition("\n")[0]
    author = os.environ.get("COMMENT_AUTHOR", "github-actions[bot]")
    page, comments = 0, [None] * PAGE
    while len(comments) == PAGE:
        page += 1
        comments = call("GET", f"/issues/{number}/comments?per_page={PAGE}&page={page}")
        for each in comments:
            if each["user"]["login"] == author and each["body"].startswith(first_line):
                call("PATCH", f"/issues/comments/{each['id']}", {"body": text})
                return
    call("POST", f"/issues/{number}/comments", {"body": text})


def main(title: str, file: str) -> None:
    """Reports the content of `file`."""
    output = Path(file).read_text(errors="replace").strip()
    # A command that failed to start has written nothing.
    if file.endswith(".json") and output:
        output = differences(output)
        print(output)
    text = body(title, output)
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a") as summary:
        summary.write(text)
    if number := os.environ.get("PR_NUMBER"):
        comment(int(number), text)


if __name__ == "__main__":
    main(*sys.argv[1:])
