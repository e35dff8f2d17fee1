"""The links that a delivery proves: GitHub's ping is accepted, the source follows, and the newest commit is applied."""

from components.rules import flux
from fluxhook.sides.applications import Deployed, applied_by
from fluxhook.sides.github import Delivery as OfGitHub
from fluxhook.sides.github import NotFound
from fluxhook.sides.objects import (
    Object,
    commit,
    handled,
    not_ready,
    ready_status,
    requested,
    short,
)
from fluxhook.sides.waiting import Deadline
from fluxhook.watching.chain import Sides
from fluxhook.watching.links import Link, Name, broken, holds
from settings.models.delivery import Delivery

GIT_REPOSITORY = (flux.SOURCE, "GitRepository")
NOTHING = "nothing"


def ping(app: Deployed, sides: Sides, deadline: Deadline) -> Link:
    """GitHub sends a ping, and the Receiver accepts it: only so it is known that GitHub signs with the same token.

    Raises:
        Unanswered: GitHub cannot be asked, or refuses to send one.
    """
    before = {each.id for each in sides.github.deliveries(app.hook_path)}
    sides.github.post(f"{app.hook_path}/pings")

    def answered() -> OfGitHub | None:
        new = (each for each in sides.github.deliveries(app.hook_path) if each.id not in before)
        return next((each for each in new if each.event == "ping"), None)

    delivery = deadline.until(answered)
    if delivery is None:
        text = "GitHub was asked for a ping and has not recorded its delivery in time"
        return broken(Name.PING, text, "try again with a longer --timeout")
    if delivery.status_code == 200:
        return holds(Name.PING, "GitHub's ping was answered with 200")
    if not delivery.answered:
        look = (
            "open the way for GitHub's addresses (`gh api meta --jq .hooks`); look at the host's"
            " name and certificate"
        )
        text = f"GitHub gets no answer to its ping from {app.entrance}: {delivery.status}"
        return broken(Name.PING, text, look)
    text = f"GitHub's ping was answered with {delivery.status_code}"
    return broken(Name.PING, text, _mend(delivery.status_code, sides))


def _mend(code: int, sides: Sides) -> str:
    if code == 400:
        return (
            "GitHub signs with another secret than the Receiver checks; create the webhook anew:"
            f" pulumi up --replace URN --stack {sides.stack}"
            ' (docs/troubleshooting.md, "The webhook\'s secret", says which URN)'
        )
    return "flux check" if code >= 500 else sides.repair


def source(app: Deployed, sides: Sides, before: Object | None, deadline: Deadline) -> Link:
    """The GitRepository was reconciled because of the ping; `before` is how it was before that.

    Raises:
        Unanswered: the cluster cannot be asked.
    """
    name, namespace = app.settings.name, app.namespace
    named = f"GitRepository {namespace}/{name}"
    if before is None:
        return broken(Name.SOURCE, f"{named} does not exist", sides.repair)
    if before["spec"].get("suspend"):
        mend = f"flux resume source git {name} -n {namespace}"
        return broken(Name.SOURCE, f"{named} is suspended", mend)

    def reconciled() -> Object | None:
        now = sides.objects.get(GIT_REPOSITORY, name)
        asked = requested(now)
        return now if asked != requested(before) and handled(now) == asked else None

    found = deadline.until(reconciled)
    now = found or sides.objects.get(GIT_REPOSITORY, name)
    if found is None and requested(now) == requested(before):
        text = f"the ping has not made the Receiver ask for {named}"
        return broken(Name.SOURCE, text, sides.repair)
    if found is None:
        text = f"source-controller has not handled the request for {named}"
        return broken(Name.SOURCE, text, "flux check")
    if why := not_ready(now):
        look = f"kubectl -n {namespace} describe gitrepository {name}"
        return broken(Name.SOURCE, f"{named}: {why}", look)
    return holds(Name.SOURCE, f"{named} was reconciled after the ping")


def revisions(app: Deployed, sides: Sides, deadline: Deadline) -> list[Link]:
    """The newest commit of the branch is fetched and applied: a link for each delivery; one under way is waited for.

    Raises:
        Unanswered: GitHub or the cluster cannot be asked.
    """
    name, branch = app.settings.name, app.settings.branch
    last: list[Link] = []

    def look() -> list[Link] | None:
        try:
            answer = sides.github.get(f"/repos/{app.repository}/branches/{branch}")
        except NotFound:
            text = f"GitHub shows no branch {branch} of {app.repository}"
            return [broken(Name.REVISION, text, "push a commit to it, or correct `branch`")]
        head, fetched = short(answer["commit"]["sha"]), sides.objects.get(GIT_REPOSITORY, name)
        seen = [
            _revision(app, head, fetched, each, sides.objects.get(applied_by(each), each.name))
            for each in app.settings.delivered
        ]
        last[:] = [link for link, _ in seen]
        return last if all(is_final for _, is_final in seen) else None

    return deadline.until(look) or last


def _revision(
    app: Deployed, head: str, fetched: Object | None, delivery: Delivery, applied: Object | None
) -> tuple[Link, bool]:
    """The link as it is now for one delivery, and whether waiting cannot change it."""
    source_name, name, namespace = app.settings.name, delivery.name, app.namespace
    kind, follows_commits = delivery.kind, delivery.follows_commits
    named = f"{kind} {namespace}/{name}"
    if (applied or {}).get("spec", {}).get("suspend"):
        what = "helmrelease" if kind == "HelmRelease" else "kustomization"
        mend = f"flux resume {what} {name} -n {namespace}"
        return broken(Name.REVISION, f"{named} is suspended", mend), True
    if commit(fetched) != head:
        text = f"GitHub has {head}, the GitRepository {commit(fetched) or NOTHING}"
        mend = f"flux reconcile source git {source_name} -n {namespace}"
        return broken(Name.REVISION, text, mend), False
    if why := not_ready(applied):
        attempted = ((applied or {}).get("status") or {}).get("lastAttemptedRevision", "")
        look = f"kubectl -n {namespace} describe {kind.lower()} {name}"
        failed = ready_status(applied) == "False" and (head in attempted or not follows_commits)
        return broken(Name.REVISION, f"{named}: {why}", look), failed
    if not follows_commits:
        text = f"{head} is fetched; {named} is ready with a chart from elsewhere"
        return holds(Name.REVISION, text), True
    if commit(applied) != head:
        text = f"GitHub has {head}, {named} has applied {commit(applied) or NOTHING}"
        mend = f"flux reconcile {kind.lower()} {name} -n {namespace}"
        return broken(Name.REVISION, text, mend), False
    whose = f" by {named}" if app.settings.deliveries else ""
    return holds(Name.REVISION, f"{head} is on GitHub, fetched and applied{whose}"), True
