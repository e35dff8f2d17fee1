"""What the fault matrix covers: each case is a request that creates, changes or deletes something, and a fault."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lab.world import wrong_answers as wrong
from lab.world.faults import Answer, bad_gateway, reset

OWNER = "developer-friendly"
LATE = 1
"""Seconds by which an answer is late, and after which a client may try again."""


class Side(StrEnum):
    """Who is asked."""

    GITHUB = "GitHub"
    AWS = "AWS"
    CLUSTER = "cluster"


class Step(StrEnum):
    """What happens to a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    REMOVE = "delete the replaced"
    DELETE = "delete"


GONE = (Step.REMOVE, Step.DELETE)
"""Steps whose request deletes."""


@dataclass(frozen=True)
class Request:
    """A request that makes one step of one operation; `{app}` stands for the application.

    Attributes:
        operation: What is created, changed or deleted.
        step: What happens to it.
        side: Who is asked.
        resource: Type and logical name, as in `Run.steps`.
        pattern: Of the request, as in `Fault.request`.
        turn: In the cluster each object waits for the one before it, and most faults end an `up` there. So every other
            one of a chain meets one half of the faults, the rest the other half; `turn` says which.
    """

    operation: str
    step: Step
    side: Side
    resource: str
    pattern: str
    turn: int = 0


def _github(operation: str, kind: str, name: str, path: str, steps: list[Step]) -> list[Request]:
    methods = {Step.UPDATE: "PATCH", Step.REMOVE: "DELETE", Step.DELETE: "DELETE"}
    return [
        Request(
            operation,
            step,
            Side.GITHUB,
            f"{kind} {name}",
            f"^{methods[step]} \\S*{path}/\\d+$" if step in methods else f"^POST \\S*{path}$",
        )
        for step in steps
    ]


def _parameter(step: Step, purpose: str, name: str) -> Request:
    verb = "DeleteParameter" if step in GONE else "PutParameter"
    resource = f"Parameter {OWNER}/{{app}}/{purpose}"
    return Request("SSM parameter", step, Side.AWS, resource, rf"\.{verb} \S*/{{app}}/{name}$")


def _objects(step: Step, turn: int, *objects: tuple[str, str, str]) -> Iterator[Request]:
    """The requests for a chain of objects: kind, logical name, and pattern of the name; `turn` is the first one's."""
    method = "DELETE" if step in GONE else "PATCH"
    for number, (kind, name, pattern) in enumerate(objects):
        place = f"/{kind.lower().replace('repository', 'repositorie')}s/{{app}}{pattern}"
        resource = f"{kind} {OWNER}/{{app}}/{name}"
        request = rf"^{method} \S*{place}$"
        yield Request(kind, step, Side.CLUSTER, resource, request, (turn + number) % 2)


GIT = ("ExternalSecret", "git", r"-git(-v\d+)?")
SOURCE = ("GitRepository", "git-repository", "")
DELIVERY = ("Kustomization", "kustomization", "")
RECEIVER = ("Receiver", "receiver", "")
ROUTE = ("HTTPRoute", "http-route", "-receiver")
NEW_TOKEN = ("ExternalSecret", "webhook-token", r"-webhook-token-v\d+")
OLD_TOKEN = ("ExternalSecret", "webhook-token", "-webhook-token")
ONCE = [Step.CREATE, Step.REPLACE, Step.DELETE]
REPLACED = [Step.CREATE, Step.REPLACE, Step.REMOVE, Step.DELETE]
CHANGED = [Step.CREATE, Step.UPDATE, Step.DELETE]
APP = f"{OWNER}/{{app}}"
REQUESTS = [
    *_github("deploy key", "RepositoryDeployKey", f"{APP}/deploy-key", f"/{APP}/keys", REPLACED),
    *_github("webhook", "RepositoryWebhook", f"{APP}/webhook", f"/{APP}/hooks", CHANGED),
    *_github("GPG key", "UserGpgKey", f"{OWNER}-bot/gpg-key", "/user/gpg_keys", ONCE),
    _parameter(Step.CREATE, "deploy-key", "deploy-key"),
    _parameter(Step.UPDATE, "webhook-token", "flux-system/receiver/token"),
    _parameter(Step.REPLACE, "deploy-key", "another-key"),
    _parameter(Step.REMOVE, "deploy-key", "deploy-key"),
    _parameter(Step.DELETE, "deploy-key", "another-key"),
    *_objects(Step.CREATE, 0, GIT, SOURCE, DELIVERY, RECEIVER, ROUTE),
    *_objects(Step.UPDATE, 1, GIT, SOURCE, DELIVERY),
    *_objects(Step.REPLACE, 0, NEW_TOKEN),
    *_objects(Step.UPDATE, 1, RECEIVER, ROUTE),
    *_objects(Step.REMOVE, 1, OLD_TOKEN),
    *_objects(Step.DELETE, 1, ROUTE, RECEIVER, DELIVERY, SOURCE, GIT),
]


@dataclass(frozen=True)
class Trouble:
    """What meets a request.

    Attributes:
        name: What it is called.
        answers: What the client gets, by who is asked; nothing when engine and plugins are killed.
        before: Whether it comes before the server has done what is asked.
        turn: That of the objects in the cluster that meet it; None for all.
    """

    name: str
    answers: dict[Side, Answer] = field(default_factory=dict, compare=False)
    before: bool = False
    turn: int | None = None

    @property
    def kills(self) -> bool:
        """Whether engine and plugins are killed."""
        return not self.answers


def _everywhere(answer: Answer) -> dict[Side, Answer]:
    return dict.fromkeys(Side, answer)


TOO_MANY: dict[Side, Answer] = {
    Side.GITHUB: wrong.secondary_rate_limit(LATE),
    Side.AWS: wrong.throttling,
    Side.CLUSTER: wrong.too_many_requests(LATE),
}
WRONG_ANSWERS = [
    Trouble("500 before", _everywhere(wrong.server_error), True, 0),
    Trouble("502 before", _everywhere(bad_gateway), True, 1),
    Trouble("too many requests", TOO_MANY, True, 0),
    Trouble("conflict", {Side.CLUSTER: wrong.conflict}, True, 1),
    Trouble("reset before", _everywhere(reset), True, 0),
    Trouble("reset after", _everywhere(reset), False, 0),
    Trouble("dropped after", _everywhere(wrong.drop(LATE)), False, 1),
    Trouble("502 after", _everywhere(bad_gateway), False, 1),
    Trouble("held", _everywhere(wrong.hold(LATE))),
]
"""In the order in which they meet what the stack has once. A late answer is the last: it ends well."""
KILLS = [Trouble("killed before", before=True), Trouble("killed after")]
"""In this order: the request of the first one is repeated."""


@dataclass(frozen=True)
class Case:
    """One request and what meets it."""

    request: Request
    trouble: Trouble

    @property
    def app(self) -> str:
        """The application that meets it: its repository.

        One for each wrong answer. One for each operation where all are killed at once: each waits at another request.
        """
        kind, name = (
            ("kill", self.request.operation) if self.trouble.kills else ("fault", self.trouble.name)
        )
        return f"{kind}-{name.replace(' ', '-').lower()}"

    @property
    def resource(self) -> str:
        """Type and logical name."""
        return self.request.resource.format(app=self.app)

    @property
    def pattern(self) -> str:
        """Of the request."""
        return self.request.pattern.replace("{app}", self.app)

    def __str__(self) -> str:
        """Operation, step and fault."""
        return f"{self.request.operation} | {self.request.step} | {self.trouble.name}"


def _is_met(request: Request, trouble: Trouble) -> bool:
    if request.operation == "GPG key" and request.step is Step.DELETE:
        # A stack has one: a deletion whose answer is lost is its last.
        return trouble.before or trouble.name == "reset after"
    in_cluster = request.side is Side.CLUSTER
    return not in_cluster or trouble.turn is None or trouble.turn == request.turn


ANSWERED = [
    Case(request, trouble)
    for request in REQUESTS
    for trouble in WRONG_ANSWERS
    if request.side in trouble.answers and _is_met(request, trouble)
]
"""Requests that get a wrong answer, a late one, or none."""
KILLED = [
    Case(request, trouble)
    for request in REQUESTS
    for trouble in KILLS
    if request.step is Step.CREATE or not trouble.before
]
"""Requests at which engine and plugins are killed. What is not done stays as the state has it, but for a create."""
CASES = [*ANSWERED, *KILLED]


def of(cases: Sequence[Case], *steps: Step) -> list[Case]:
    """The cases of some steps."""
    return [case for case in cases if case.request.step in steps]


def apps(cases: Sequence[Case]) -> list[str]:
    """The applications that cases need."""
    return list(dict.fromkeys(case.app for case in cases if case.app in case.resource))
