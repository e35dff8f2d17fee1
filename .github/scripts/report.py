"""Reports what a `pulumi` command printed, in the job's summary and on the pull request.

    python3 report.py TITLE FILE

Of a preview's JSON (FILE ends in .json) it reports the differences, a line for each.

With `$PR_NUMBER` there is one comment for each title: the first run writes it, later ones put
the new text in its place. Only comments by `$COMMENT_AUTHOR` count, so that nobody else can put
a comment there beforehand and change it afterwards. Standard library only: it runs on a bare
runner. The other variables are those that GitHub sets in every job, and `$GITHUB_TOKEN`.
"""

import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

LONGEST = 60_000
"""Characters of output that are shown; GitHub takes 65,536 in a comment."""
PAGE = 100


def body(title: str, output: str) -> str:
    """The report as Markdown, beginning with the mark by which it is found again.

    What is too long loses its middle: the end has the counts.
    """
    if len(output) > LONGEST:
        half = LONGEST // 2
        output = f"{output[:half]}\n\n[… the whole is in the log …]\n\n{output[-half:]}"
    # Longer than any in the output, which so cannot end the block.
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", output) or [""]))
    run = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format(
        **os.environ
    )
    return (
        f"<!-- fluxhook: {title} -->\n### {title}\n\n{fence}\n{output}\n{fence}\n\n[Run]({run})\n"
    )


def differences(preview: str) -> str:
    """What a preview found, by its `--json`: a line for each difference and each complaint."""
    found = json.loads(preview)
    lines = [each["message"].rstrip() for each in found.get("diagnostics", [])]
    for step in found.get("steps", []):
        if step["op"] not in ("same", "read", "refresh"):
            kind, _, name = step["urn"].rpartition("::")
            properties = ", ".join(step.get("diffReasons") or [])
            kind = re.split(r"[$]|::", kind)[-1]
            lines.append(f"{step['op']} {kind} {name}" + (properties and f": {properties}"))
    return "\n".join(lines) or "no difference"


def call(method: str, path: str, content: object = None) -> Any:
    """One call of GitHub's REST interface, below the repository; its answer.

    Raises:
        urllib.error.HTTPError: GitHub refused it.
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
    """Writes the comment, or puts `text` in the place of the one with the same first line."""
    mark = text.partition("\n")[0]
    author = os.environ.get("COMMENT_AUTHOR", "github-actions[bot]")
    page, found = 0, [None] * PAGE
    while len(found) == PAGE:
        page += 1
        found = call("GET", f"/issues/{number}/comments?per_page={PAGE}&page={page}")
        for each in found:
            if each["user"]["login"] == author and each["body"].startswith(mark):
                call("PATCH", f"/issues/comments/{each['id']}", {"body": text})
                return
    call("POST", f"/issues/{number}/comments", {"body": text})


def main(title: str, file: str) -> None:
    """Reports the content of `file`."""
    output = Path(file).read_text(errors="replace").strip()
    # A command that could not even begin wrote nothing into it.
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
