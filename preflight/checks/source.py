"""What Flux fetches from a repository: the branch, and the directory or chart on it."""

from collections.abc import Iterator
from urllib.parse import quote

from components.rules.github import normalized_directory
from preflight.findings import Finding, Level, those_that_exist
from preflight.github_api import REFUSED, GitHub
from settings.models.application import Application

CONTENTS_RIGHT = "Contents: read (classic: repo)"


def source(github: GitHub, app: Application) -> Iterator[Finding]:
    """Look for the branch, and on it for the directory of each overlay or chart.

    A repository without a commit is no mistake: it waits for the first one. A scaffold writes what is missing.
    """
    if app.scaffold:
        return
    subject = f"repository {app.repository}"
    path = f"/repos/{app.repository}"
    found = github.get(f"{path}/branches/{quote(app.branch, safe='')}")
    if found.status_code in REFUSED:
        listed = github.get(f"{path}/branches", per_page=100)
        if listed.status_code in REFUSED:
            problem = f"branch and directories were not checked: the token in ${github.variable} may not read them"
            yield Finding(subject, problem, f"give it {CONTENTS_RIGHT}", Level.NOTE)
        elif names := [each["name"] for each in listed.json()]:
            problem = f"has no branch {app.branch}; {those_that_exist(names, app.branch)}"
            yield Finding(subject, problem, "correct `branch`, or push it")
        else:
            problem = f"is empty: nothing is delivered before a commit is pushed to {app.branch}"
            yield Finding(subject, problem, level=Level.WARNING)
        return
    for index, each in enumerate(app.delivered):
        below = f"deliveries[{index}]." if app.deliveries else ""
        if (release := each.helm_release) is None:
            key = f"{below}kustomization.path"
            yield from _directory(github, app, each.kustomization.path, key)
        elif release.directory:
            yield from _chart(github, app, release.directory, f"{below}helmRelease.chart")


def _directory(github: GitHub, app: Application, written: str, key: str) -> Iterator[Finding]:
    directory = normalized_directory(written).removeprefix(".").strip("/")
    answer = _contents(github, app, directory)
    where = f"on branch {app.branch}"
    if isinstance(answer, list):
        return
    if answer == "file":
        problem = f"{written} is a file {where}"
        yield Finding(f"repository {app.repository}", problem, f"write its directory in `{key}`")
    elif answer is None:
        problem = f"has no directory {written} {where}; {_nearest(github, app, directory)}"
        yield Finding(f"repository {app.repository}", problem, f"correct `{key}`, or push it")


def _chart(github: GitHub, app: Application, written: str, key: str) -> Iterator[Finding]:
    directory = normalized_directory(written).removeprefix(".").strip("/")
    answer = _contents(github, app, directory)
    if isinstance(answer, list) and "Chart.yaml" in (each["name"] for each in answer):
        return
    if isinstance(answer, list):
        problem = f"{written} on branch {app.branch} has no Chart.yaml"
        fix = f"write the directory of the chart in `{key}`"
        yield Finding(f"repository {app.repository}", problem, fix)
        return
    yield from _directory(github, app, written, key)


def _contents(github: GitHub, app: Application, path: str) -> list[dict[str, str]] | str | None:
    """Return the entries of a directory, the type of anything else, or None when there is nothing."""
    at = f"/repos/{app.repository}/contents/{quote(path)}"
    answer = github.get(at, ref=app.branch)
    if answer.status_code in REFUSED:
        return None
    found = answer.json()
    return found if isinstance(found, list) else str(found["type"])


def _nearest(github: GitHub, app: Application, missing: str) -> str:
    """Return the directories beside the missing one, or beside the last of its parents that is missing."""
    parent = missing
    while parent:
        parent, _, name = parent.rpartition("/")
        entries = _contents(github, app, parent)
        if isinstance(entries, list):
            names = [f"./{each['path']}" for each in entries if each["type"] == "dir"]
            return those_that_exist(names, f"./{parent}/{name}" if parent else f"./{name}")
    return "there is none"
