"""`fluxhook verify`: goes through every link of every application, many at once."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from fluxhook.sides.applications import Deployed, Opened
from fluxhook.sides.github import WORKERS, GitHub, Unanswered
from fluxhook.sides.objects import Object, Objects
from fluxhook.sides.parameters import Stored, stored
from fluxhook.sides.waiting import Deadline
from fluxhook.watching import chain
from fluxhook.watching.chain import Sides
from fluxhook.watching.entrance import Entrance
from fluxhook.watching.links import Link, Name, Verdict, broken, unseen
from fluxhook.watching.ping import GIT_REPOSITORY, ping, revisions, source


@dataclass(frozen=True)
class Report:
    """What was seen of an application."""

    repository: str
    links: tuple[Link, ...]

    @property
    def holds(self) -> bool:
        """Whether no link is broken."""
        return all(each.verdict is not Verdict.BROKEN for each in self.links)

    @property
    def document(self) -> dict[str, object]:
        """The report for scripts."""
        links = [
            {"name": each.name, "verdict": each.verdict, "text": each.text, "fix": each.fix}
            for each in self.links
        ]
        return {"repository": self.repository, "holds": self.holds, "links": links}


def verify(opened: Opened, connect_to: str | None, timeout: float) -> Iterator[Report]:
    """Yield a report of each application as soon as it is known.

    Args:
        opened: The stack, and the applications to look at.
        connect_to: `address:port` of the receiver, in place of its host.
        timeout: Seconds that all of it may take.

    Raises:
        Refusal: the cluster cannot be asked, or there is no token for GitHub.
    """
    deadline, stack = Deadline.after(timeout), opened.stack.settings.stack
    for repository in opened.missing:
        mend = f"pulumi up --stack {opened.stack.name}"
        yield Report(repository, (broken(Name.WEBHOOK, "no `up` has deployed it yet", mend),))
    with (
        GitHub() as github,
        Objects(stack) as objects,
        Entrance(verify_tls=stack.verify_tls, connect_to=connect_to) as entrance,
        ThreadPoolExecutor(WORKERS) as workers,
    ):
        receivers, sources = objects.named(chain.RECEIVER), objects.named(GIT_REPOSITORY)
        tokens, unknown = _tokens(opened)
        sides = Sides(
            stack=opened.stack.name,
            verify_tls=stack.verify_tls,
            github=github,
            objects=objects,
            receivers=receivers,
            parameters=tokens,
            no_parameters=unknown,
            post=entrance.post,
        )
        reports = [
            workers.submit(_report, app, sides, sources.get(app.settings.name), deadline)
            for app in opened.applications
        ]
        for done in as_completed(reports):
            yield done.result()


def _tokens(opened: Opened) -> tuple[Mapping[str, Stored], str]:
    """The webhooks' tokens by the names of their parameters; and why they are unknown."""
    names = {name for each in opened.applications if (name := each.token_parameter)}
    try:
        return stored(opened.stack, names, in_clear=True), ""
    except Unanswered as error:
        return {}, str(error)


def _report(app: Deployed, sides: Sides, before: Object | None, deadline: Deadline) -> Report:
    links = [
        _seen(Name.WEBHOOK, lambda: chain.webhook(app, sides)),
        _seen(Name.TOKEN, lambda: chain.token(app, sides)),
        _seen(Name.RECEIVER, lambda: chain.receiver(app, sides)),
        _seen(Name.ROUTE, lambda: chain.route(app, sides)),
    ]
    if links[0].verdict is Verdict.BROKEN:
        links.append(unseen(Name.PING, "without the webhook GitHub sends none"))
    elif before is None:
        links.append(unseen(Name.PING, "there is no source that it could ask for"))
    else:
        links.append(_seen(Name.PING, lambda: ping(app, sides, deadline)))
    arrived = links[-1].verdict is Verdict.HOLDS
    if arrived or before is None:
        links.append(_seen(Name.SOURCE, lambda: source(app, sides, before, deadline)))
    else:
        links.append(unseen(Name.SOURCE, "no ping has asked for it"))
    # Without a ping nothing is under way that could be waited for.
    until = deadline if arrived else Deadline.after(0)
    links += _all_seen(Name.REVISION, lambda: revisions(app, sides, until))
    return Report(app.key, tuple(links))


def _seen(name: Name, look: Callable[[], Link]) -> Link:
    return _all_seen(name, lambda: [look()])[0]


def _all_seen(name: Name, look: Callable[[], list[Link]]) -> list[Link]:
    try:
        return look()
    except Unanswered as error:
        return [broken(name, str(error), "correct that, and verify again")]
