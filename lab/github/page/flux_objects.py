"""What the lab's API server has of Flux and of what Flux needs here; it is only read."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
from lightkube import ALL_NS, AsyncClient, KubeConfig
from lightkube.generic_resource import GenericNamespacedResource
from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lab.github.webhooks.rules import MASK
from lab.world.kinds import ExternalSecret, GitRepository, HTTPRoute, Kustomization, Receiver

WITHIN = 2.0
"""Seconds the API server has for an answer; the page is shown without it then."""

KINDS = (GitRepository, Kustomization, Receiver, ExternalSecret, HTTPRoute)
"""The kinds that are shown, in this order."""

VERDICTS = frozenset(("Ready", "Accepted", "ResolvedRefs"))
"""Conditions that must all be True. An HTTPRoute has no Ready; each of its parents says whether
it is Accepted and has ResolvedRefs (Gateway API, "Route status")."""

# notification-controller repeats the path in the Receiver's message; whoever knows it can call it.
HOOK_PATH = re.compile(r"/hook/\w+")


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=to_camel))


class _Condition(_Model):
    type: str
    status: str
    reason: str = ""
    message: str = ""


class _Parent(_Model):
    conditions: list[_Condition] = Field(default_factory=list)


class _Artifact(_Model):
    revision: str


class _Status(_Model):
    conditions: list[_Condition] = Field(default_factory=list)
    parents: list[_Parent] = Field(default_factory=list)
    artifact: _Artifact | None = None
    last_applied_revision: str = ""


class _Metadata(_Model):
    name: str
    namespace: str
    creation_timestamp: datetime


class _Object(_Model):
    metadata: _Metadata
    status: _Status = Field(default_factory=_Status)


@dataclass(frozen=True)
class FluxObject:
    """One object; `ready` is a condition's status: True, False or Unknown."""

    kind: str
    namespace: str
    name: str
    created_at: datetime
    ready: str
    reason: str
    message: str
    revision: str


def flux_object(kind: str, document: object) -> FluxObject:
    """What is shown of one object.

    Args:
        kind: Its kind; a list's items do not name it.
        document: The object as the API server sends it.

    Returns:
        The object with the first condition of `VERDICTS` that is not True, else the first of all.

    Raises:
        pydantic.ValidationError: This is no object of Kubernetes.
    """
    found = _Object.model_validate(document)
    status = found.status
    conditions = [*status.conditions, *(each for p in status.parents for each in p.conditions)]
    verdicts = [each for each in conditions if each.type in VERDICTS]
    unseen = _Condition(type="Ready", status="Unknown", message="No controller has seen it yet.")
    said = next((each for each in verdicts if each.status != "True"), (verdicts or [unseen])[0])
    return FluxObject(
        kind=kind,
        namespace=found.metadata.namespace,
        name=found.metadata.name,
        created_at=found.metadata.creation_timestamp,
        ready=said.status,
        reason=said.reason,
        message=HOOK_PATH.sub(f"/hook/{MASK}", said.message),
        revision=status.artifact.revision if status.artifact else status.last_applied_revision,
    )


class Cluster:
    """The lab's API server."""

    def __init__(self, kubeconfig: Path) -> None:
        """Prepares a client; nothing is asked yet, the API server may start later.

        Raises:
            lightkube.ConfigError: There is no such kubeconfig.
        """
        self._client = AsyncClient(
            KubeConfig.from_file(kubeconfig), timeout=httpx2.Timeout(WITHIN), trust_env=False
        )

    async def objects(self) -> list[FluxObject]:
        """Lists all of `KINDS` in every namespace, by kind, namespace and name.

        Raises:
            httpx2.HTTPError: The API server does not answer, or not yet with these kinds.
        """
        return [each for kind in await asyncio.gather(*map(self._list, KINDS)) for each in kind]

    async def _list(self, kind: type[GenericNamespacedResource]) -> list[FluxObject]:
        return [
            flux_object(kind.__name__, each)
            async for each in self._client.list(kind, namespace=ALL_NS)
        ]

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()
