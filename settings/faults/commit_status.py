"""Faults of commit statuses."""

from collections.abc import Iterator

from settings.models.settings import PROJECT, Entry, Settings


def commit_status_faults(settings: Settings) -> Iterator[str]:
    """Yield why a commit status could not be written, for each application that wants one."""
    for entry in settings.entries:
        if entry.application.commit_status:
            yield from (f"{entry.path}.commitStatus: {fault}" for fault in _faults(settings, entry))


def _faults(settings: Settings, entry: Entry) -> Iterator[str]:
    app, owner = entry.application, settings.stack.owner
    command = settings.set_secret("commitStatusToken")
    if all(each.helm_release for each in app.delivered):
        yield "needs a kustomization, since a HelmRelease reports the version of a chart; remove it"
    if "commitStatusToken" in settings.keys:
        return
    if "githubApp" not in settings.keys:
        yield f"needs a token; run {command}, or write {PROJECT}:githubApp"
    # GitHub's names are the same in upper and lower case.
    elif app.owner.lower() != owner.lower():
        yield f"the GitHub App is installed on {owner}, not on {app.owner}; run {command}"
