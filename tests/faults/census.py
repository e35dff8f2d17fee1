"""What is there on the three sides: the stack's own, each thing once, and what is somebody else's, untouched."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Secret

from components.rules import openssh
from components.rules.kubernetes import STACK_ANNOTATION
from lab.world.kinds import GitRepository
from tests.faults.plan import OWNER
from tests.recovery.conftest import Troubled
from tests.world import KINDS, World, eventually

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

FLUX = "flux-system"
IN_REPOSITORIES = {"keys": "RepositoryDeployKey", "hooks": "RepositoryWebhook"}
ELSEWHERE = {"UserGpgKey", "Parameter", *(kind._api_info.resource.kind for kind in KINDS)}


class Census:
    """Counts what is there, and makes things of somebody else beside it beforehand.

    They are in each repository, below the stack's prefix, on the bot's account and in Flux's namespace.
    """

    def __init__(self, troubled: Troubled, apps: Sequence[str]) -> None:
        """Make what is somebody else's; the repositories exist."""
        self._troubled, self._apps = troubled, apps
        self._parameter = f"/{troubled.name}/{OWNER}/foreign"
        for app in apps:
            seed = hashlib.sha256(f"{troubled.name}/{app}".encode()).digest()
            url = f"https://elsewhere.example.com/hook/{app}"
            hook = {"config": {"url": url, "content_type": "json"}, "active": False}
            self._post(f"{app}/keys", {"title": "flux", "key": openssh.public_key(seed)})
            self._post(f"{app}/hooks", hook)
        self._ssm.put_parameter(
            Name=self._parameter, Value="foreign", Type="SecureString", Overwrite=True
        )
        spec = {"url": "https://example.com/foreign", "interval": "1h", "suspend": True}
        place = ObjectMeta(name=f"{troubled.name}-foreign", namespace=FLUX)
        self._world.cluster.apply(GitRepository(metadata=place, spec=spec), field_manager="tests")
        self._gpg_keys = self._gpg()
        self._foreign = self._on_github()
        self._before = self._foreign_now()

    def assert_once(self) -> None:
        """What is there is what the state has, no more and no less; what is somebody else's is as it was."""
        in_state: dict[str, set[str]] = {}
        for resource, found in ids(self._troubled).items():
            kind = resource.partition(" ")[0]
            if kind in ELSEWHERE or kind in IN_REPOSITORIES.values():
                in_state.setdefault(kind, set()).update(found)
        self._assert(in_state)

    def assert_nothing_left(self) -> None:
        """Nothing of the stack is there; what is somebody else's is as it was."""
        self._assert({})
        # The garbage collector deletes a Secret some time after its ExternalSecret.
        eventually(self._no_secrets)

    def damage(self, number: int) -> str:
        """Delete one thing of the stack by hand, counted round and round; say which."""
        things: dict[str, Callable[[], object]] = {}
        for app, kind, each in self._on_github().keys() - self._foreign.keys():
            path = f"/repos/{OWNER}/{app}/{kind}/{each}"
            things[path] = partial(self._world.github.delete, path)
        for name in self._own().get("Parameter", ()):
            things[name] = partial(self._ssm.delete_parameter, Name=name)
        for one in self._objects():
            kind, name = one._api_info.resource.kind, one.metadata.name
            things[f"{kind} {name}"] = partial(
                self._world.cluster.delete, type(one), name, namespace=FLUX
            )
        label = sorted(things)[number % len(things)]
        things[label]()
        return label

    def remove(self) -> None:
        """Delete what is somebody else's; the repositories go with the lab."""
        name = f"{self._troubled.name}-foreign"
        self._world.cluster.delete(GitRepository, name, namespace=FLUX)
        self._ssm.delete_parameter(Name=self._parameter)

    def _assert(self, expected: Mapping[str, set[str]]) -> None:
        own, foreign = self._own(), self._foreign_now()
        different = {
            kind: (own.get(kind, set()) ^ expected.get(kind, set()))
            for kind in own.keys() | expected.keys()
            if own.get(kind) != expected.get(kind)
        }
        assert not different, f"in the world or in the state alone: {different}"
        assert foreign == self._before, f"{foreign} is not {self._before}"

    def _no_secrets(self) -> None:
        secrets = self._world.cluster.list(Secret, namespace=FLUX)
        names = [str(each.metadata.name) for each in secrets if each.metadata]
        assert [name for name in names if name.startswith(tuple(self._apps))] == []

    def _own(self) -> dict[str, set[str]]:
        """Identifiers by type, as in the state."""
        found: dict[str, set[str]] = {
            "UserGpgKey": self._gpg() - self._gpg_keys,
            "Parameter": self._world.parameters(f"/{self._troubled.name}").keys()
            - {self._parameter},
        }
        for (app, kind, number), _ in self._on_github().items():
            if (app, kind, number) not in self._foreign:
                known = f"{app}:{number}" if kind == "keys" else str(number)
                found.setdefault(IN_REPOSITORIES[kind], set()).add(known)
        for one in self._objects():
            place = f"{FLUX}/{one.metadata.name}"
            found.setdefault(one._api_info.resource.kind, set()).add(place)
        return {kind: each for kind, each in found.items() if each}

    def _objects(self) -> Iterator[Any]:
        stack = f"organization/fluxhook/{self._troubled.name}"
        for each in KINDS:
            for one in self._world.cluster.list(each, namespace=FLUX):
                if (one.metadata.annotations or {}).get(STACK_ANNOTATION) == stack:
                    yield one

    def _foreign_now(self) -> dict[str, Any]:
        on_github = self._on_github()
        name = f"{self._troubled.name}-foreign"
        kept = self._world.cluster.get(GitRepository, name, namespace=FLUX)
        assert kept.metadata
        return {
            "repositories": {each: on_github.get(each) for each in self._foreign},
            "GPG keys": self._gpg_keys - self._gpg(),
            "parameters": self._world.parameters(self._parameter.rpartition("/")[0]).get(
                self._parameter
            ),
            "objects": [kept.metadata.uid, kept.metadata.generation],
        }

    def _on_github(self) -> dict[tuple[str, str, object], dict[str, object]]:
        return {
            (app, kind, each["id"]): {
                key: each.get(key) for key in ("key", "title", "read_only", "config", "events")
            }
            for app in self._apps
            for kind in IN_REPOSITORIES
            for each in self._world.get(f"/repos/{OWNER}/{app}/{kind}")
        }

    def _gpg(self) -> set[str]:
        return {str(each["id"]) for each in self._world.bot.get("/user/gpg_keys").json()}

    def _post(self, path: str, content: dict[str, Any]) -> None:
        self._world.github.post(f"/repos/{OWNER}/{path}", json=content).raise_for_status()

    @property
    def _world(self) -> World:
        return self._troubled.stack.world

    @cached_property
    def _ssm(self) -> "SSMClient":
        endpoint = self._world.environment["AWS_ENDPOINT_URL"]
        return self._world.aws.client("ssm", endpoint_url=endpoint)


def short(urn: str) -> str:
    """Type and logical name of a resource, as in `Run.steps`."""
    kind, _, name = urn.rpartition("::")
    return f"{kind.rpartition('$')[2].rpartition('::')[2].rpartition(':')[2]} {name}"


def ids(troubled: Troubled) -> dict[str, set[str]]:
    """The identifiers in the state by type and logical name, of what waits to be deleted, too."""
    found: dict[str, set[str]] = {}
    text = troubled.stack.state()
    checkpoint: Mapping[str, Any] = json.loads(text)["checkpoint"]["latest"] or {} if text else {}
    for each in checkpoint.get("resources") or ():
        if each.get("custom") and "id" in each:
            found.setdefault(short(each["urn"]), set()).add(each["id"])
    return found
