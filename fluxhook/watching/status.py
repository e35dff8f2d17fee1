"""`fluxhook status`: how far each application is, and which of its parts is not as it should be."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from components.rules import flux
from fluxhook.sides.applications import Deployed, Opened
from fluxhook.sides.github import WORKERS, GitHub, NotFound, Unanswered
from fluxhook.sides.objects import Kind, Object, Objects, commit, not_ready, short
from fluxhook.sides.parameters import stored
from fluxhook.watching.chain import RECEIVER
from fluxhook.watching.ping import GIT_REPOSITORY

COMMITS = 30
"""Newest commits of a branch that are asked for: how far behind an application is, is known up to there."""
IMAGE_POLICY = (flux.IMAGE, "ImagePolicy")
KINDS: tuple[Kind, ...] = (
    *(RECEIVER, GIT_REPOSITORY, IMAGE_POLICY),
    *((flux.KUSTOMIZE, "Kustomization"), (flux.HELM, "HelmRelease")),
)


@dataclass
class Status:
    """One application; an empty text or None is what could not be seen."""

    repository: str
    branch: str
    commits: list[str] = field(default_factory=list)
    """Short ids of the newest commits of the branch."""
    hook: str = ""
    """`active`, `inactive` or `gone`."""
    delivery: str = ""
    """What the last delivery was answered with."""
    delivered: datetime | None = None
    receiver: str = ""
    fetched: str = ""
    applied: str = ""
    behind: int | None = None
    """How many commits the applied one is behind; None for more than `COMMITS`, or when nobody knows."""
    image: str = ""
    """The newest tag that the image policy has found."""
    credentials: dict[str, datetime] = field(default_factory=dict)
    """When each was written, by purpose."""
    faults: list[str] = field(default_factory=list)
    """What is not as it should be."""

    @property
    def commit(self) -> str:
        """Short id of the newest commit; empty when nobody knows."""
        return next(iter(self.commits), "")

    @property
    def document(self) -> dict[str, Any]:
        """The status for scripts."""
        fields = {key: each for key, each in vars(self).items() if key != "commits"}
        return {"repository": self.repository, "commit": self.commit, **fields}


class Watcher:
    """Asks for the status of a stack again and again; what has not changed on GitHub is not sent again."""

    def __init__(self, opened: Opened, github: GitHub, objects: Objects) -> None:
        """Take what is asked; nothing is asked yet."""
        self._opened, self._github, self._objects = opened, github, objects

    def look(self) -> list[Status]:
        """Return the status of each application, in the order of the stack file.

        Raises:
            Refusal: the cluster cannot be asked.
        """
        apps = self._opened.applications
        with ThreadPoolExecutor(WORKERS) as workers:
            written = workers.submit(self._written)
            on_github = workers.map(self._on_github, apps)
            listed = dict(zip(KINDS, map(self._objects.named, KINDS), strict=True))
            found = list(on_github)
            times, unknown = written.result()
        for status, app in zip(found, apps, strict=True):
            _add_objects(status, app, listed)
            named = app.parameters.items()
            status.credentials = {each: times[name] for each, name in named if name in times}
            status.faults += unknown
        never = "no `up` has deployed it yet"
        return [*found, *(Status(each, "", faults=[never]) for each in self._opened.missing)]

    def _written(self) -> tuple[Mapping[str, datetime], list[str]]:
        """When each parameter was written; and why that is unknown."""
        names = {name for app in self._opened.applications for name in app.parameters.values()}
        try:
            return {
                name: each.modified for name, each in stored(self._opened.stack, names).items()
            }, []
        except Unanswered as error:
            return {}, [str(error)]

    def _on_github(self, app: Deployed) -> Status:
        status = Status(app.repository, app.settings.branch)
        for ask in (self._add_commits, self._add_hook, self._add_delivery):
            try:
                ask(status, app)
            except Unanswered as error:
                status.faults.append(str(error))
        return status

    def _add_commits(self, status: Status, app: Deployed) -> None:
        query = f"sha={quote(app.settings.branch, safe='')}&per_page={COMMITS}"
        try:
            status.commits = [
                short(each["sha"])
                for each in self._github.get(f"/repos/{app.repository}/commits?{query}")
            ]
        except NotFound:
            status.faults.append(f"GitHub shows no branch {app.settings.branch}")

    def _add_hook(self, status: Status, app: Deployed) -> None:
        try:
            hook = self._github.get(app.hook_path)
        except NotFound:
            status.hook = "gone"
        else:
            status.hook = "active" if hook["active"] else "inactive"
        if status.hook != "active":
            status.faults.append(f"the webhook {app.hook} is {status.hook}")

    def _add_delivery(self, status: Status, app: Deployed) -> None:
        if status.hook == "gone":
            return
        for last in self._github.deliveries(app.hook_path, newest=1):
            status.delivery, status.delivered = last.answer, last.delivered_at
            if not last.succeeded:
                told = f"the last delivery, of {last.event}, was answered with {last.answer}"
                status.faults.append(told)


def _add_objects(
    status: Status, app: Deployed, listed: Mapping[Kind, Mapping[str, Object]]
) -> None:
    name = app.settings.name
    receiver = listed[RECEIVER].get(app.receiver)
    source, delivery = listed[GIT_REPOSITORY].get(name), listed[app.delivery].get(name)
    wrong = not_ready(receiver)
    if not wrong and receiver and receiver["status"].get("webhookPath") != app.path:
        wrong = "it serves another path than the stack computed"
    status.receiver = wrong or "ready"
    status.fetched, status.applied = commit(source), commit(delivery)
    policy = listed[IMAGE_POLICY].get(name) if app.settings.automated else None
    status.image = ((policy or {}).get("status") or {}).get("latestRef", {}).get("tag", "")
    seen = {"Receiver": wrong, "GitRepository": not_ready(source)}
    seen[app.delivery[1]] = not_ready(delivery)
    if app.settings.automated:
        seen["ImagePolicy"] = not_ready(policy)
    status.faults += [f"{kind}: {why}" for kind, why in seen.items() if why]
    reached = status.applied if app.follows_commits else status.fetched
    if status.commits:
        if reached in status.commits:
            status.behind = status.commits.index(reached)
        if status.behind != 0:
            number = (
                f"more than {len(status.commits) - 1}" if status.behind is None else status.behind
            )
            status.faults.append(
                f"{reached or 'nothing'} is applied, {number} behind {status.commit}"
            )
