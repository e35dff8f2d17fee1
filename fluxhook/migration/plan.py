"""Decides what happens to each resource: imported, created again, handed over, or left to OpenTofu."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fluxhook.migration import places
from fluxhook.migration.places import Place
from fluxhook.migration.tofu_state import Resource
from recovery.ownership import objects_to_make
from settings.models.settings import Settings

HOOK_URL = re.compile(r"/repos/(?P<repository>[^/]+/[^/]+)/hooks/(?P<number>\d+)$")
"""End of a webhook's URL in GitHub's REST API; the state has the owner nowhere else."""
WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
PARAMETER = "aws:ssm/parameter:Parameter"
KEYS = ("tls_private_key", "gpg_private_key", "random_password", "random_bytes", "random_id")


class Fate(StrEnum):
    """What becomes of a resource."""

    IMPORT = "import"
    ANEW = "anew"
    """`up` makes another; the old one goes with `tofu destroy`."""
    KEEP = "keep"
    """It stays, and OpenTofu must forget it before a `tofu destroy`."""
    LEFT = "left"
    """The stack has nothing like it."""


@dataclass(frozen=True)
class Step:
    """A resource and its fate."""

    resource: Resource
    fate: Fate
    text: str
    """What a person must know about it."""
    type: str = ""
    """Pulumi's type token, if it is imported."""
    id: str = ""
    """By which the provider finds it, if it is imported."""
    place: Place | None = None


def plan(resources: Iterable[Resource], settings: Settings) -> list[Step]:
    """Return a step for each resource, in their order."""
    planner = _Planner(settings)
    return [planner.step(each) for each in resources]


class _Planner:
    def __init__(self, settings: Settings) -> None:
        self._parameters = places.parameters(settings)
        self._repositories = {each.repository for each in settings.applications}
        self._objects = {(key[1], key[2]) for key, _ in objects_to_make(settings)}
        self._namespace = settings.stack.namespace
        self._taken: set[Place] = set()

    def step(self, resource: Resource) -> Step:
        if resource.type == "github_repository_webhook":
            return self._webhook(resource)
        if resource.type == "aws_ssm_parameter":
            return self._parameter(resource)
        if resource.type in KEYS:
            text = "its value would have to stand in the import file; `up` makes a new one"
            return Step(resource, Fate.ANEW, text)
        if resource.type == "github_repository_deploy_key":
            text = "`up` adds a key of its own beside it"
            return Step(resource, Fate.ANEW, text)
        if resource.type == "github_user_gpg_key":
            text = (
                "the bot gets a new key; without this one GitHub no longer verifies what it signed"
            )
            return Step(resource, Fate.KEEP, text)
        if self._is_ours(resource):
            text = "`up` takes it over once it is handed over as docs/cluster-sync.md says"
            return Step(resource, Fate.KEEP, text)
        return Step(resource, Fate.LEFT, "the stack has nothing like it")

    def _webhook(self, resource: Resource) -> Step:
        found = HOOK_URL.search(resource.name("url"))
        if found is None or found["repository"] not in self._repositories:
            return Step(resource, Fate.LEFT, "its repository is none of the stack's applications")
        place = places.webhook(found["repository"])
        if "push" not in (resource.names.get("events") or ()):
            return Step(resource, Fate.LEFT, "it is not sent for pushes")
        if place in self._taken:
            return Step(
                resource, Fate.ANEW, "another webhook of the repository is imported already"
            )
        self._taken.add(place)
        text = "`up` gives it the stack's URL, secret and events; it keeps its id"
        identifier = f"{found['repository'].partition('/')[2]}/{found['number']}"
        return Step(resource, Fate.IMPORT, text, WEBHOOK, identifier, place)

    def _parameter(self, resource: Resource) -> Step:
        name = resource.name("name")
        if (place := self._parameters.get(name)) is None:
            text = f"no secret of the stack is called {name}; a key `parameter` of the stack file can say so"
            return Step(resource, Fate.LEFT, text)
        if resource.name("type") != "SecureString":
            text = f"{name} is not encrypted; delete it before `up`, which makes it anew"
            return Step(resource, Fate.ANEW, text)
        self._taken.add(place)
        text = f"`up` writes the stack's own value into {name}, as a new version"
        return Step(resource, Fate.IMPORT, text, PARAMETER, name, place)

    def _is_ours(self, resource: Resource) -> bool:
        named = (resource.name("kind"), resource.name("name"))
        return named in self._objects and resource.name("namespace") == self._namespace
