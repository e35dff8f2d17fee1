"""`fluxhook status`: how far each application is, and which of its parts is not as it should be."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from components.rules import flux
from fluxhook.sides.applications import Deployed, Opened, applied_by
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
class Delivered:
    """One delivery of an application."""

    kind: str
    name: str
    applied: str
    """Short id of the commit that is applied."""
    behind: int | None
    """As of the application."""
    image: str = ""
    """The newest tag that its image policy has found."""


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
    """What is applied; of several deliveries, by the one that is furthest behind."""
    deliveries: list[Delivered] = field(default_factory=list)
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
        fields["deliveries"] = [vars(each) for each in self.deliveries]
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
        status = Status(app.key, app.settings.branch)
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
    receiver = listed[RECEIVER].get(app.receiver)
    source = listed[GIT_REPOSITORY].get(app.settings.name)
    wrong = not_ready(receiver)
    if not wrong and receiver and receiver["status"].get("webhookPath") != app.path:
        wrong = "it serves another path than the stack computed"
    status.receiver = wrong or "ready"
    status.fetched = commit(source)
    seen = {"Receiver": wrong, "GitRepository": not_ready(source)}
    several, late = len(app.settings.delivered) > 1, list[str]()
    for each in app.settings.delivered:
        named = f" {each.name}" if several else ""
        item, policy = listed[applied_by(each)].get(each.name), None
        seen[f"{each.kind}{named}"] = not_ready(item)
        if each.automated:
            policy = listed[IMAGE_POLICY].get(each.name)
            seen[f"ImagePolicy{named}"] = not_ready(policy)
        tag = ((policy or {}).get("status") or {}).get("latestRef", {}).get("tag", "")
        applied = commit(item)
        reached = applied if each.follows_commits else status.fetched
        behind = status.commits.index(reached) if reached in status.commits else None
        status.deliveries.append(Delivered(each.kind, each.name, applied, behind, tag))
        if status.commits and behind != 0:
            number = f"more than {len(status.commits) - 1}" if behind is None else behind
            told = f"{reached or 'nothing'} is applied, {number} behind {status.commit}"
            late.append(f"{each.name}: {told}" if several else told)
    furthest = max(
        status.deliveries,
        key=lambda each: len(status.commits) if each.behind is None else each.behind,
    )
    status.applied, status.behind = furthest.applied, furthest.behind
    status.image = ", ".join(each.image for each in status.deliveries if each.image)
    status.faults += [*(f"{kind}: {why}" for kind, why in seen.items() if why), *late]
