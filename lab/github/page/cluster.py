"""The objects in the lab's cluster that the page shows: Flux's, and those that they need."""

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
from lab.world.kinds import (
    Alert,
    Deployment,
    ExternalSecret,
    GitRepository,
    HelmRelease,
    HelmRepository,
    HTTPRoute,
    ImagePolicy,
    ImageRepository,
    ImageUpdateAutomation,
    Kustomization,
    Provider,
    Receiver,
)

WITHIN = 2.0
"""Seconds the API server has for an answer; the page is shown without it then."""

KINDS = (
    *(GitRepository, HelmRepository, Kustomization, HelmRelease),
    *(ImageRepository, ImagePolicy, ImageUpdateAutomation),
    *(Receiver, ExternalSecret, HTTPRoute, Provider, Alert, Deployment),
)
"""The kinds that are shown, in this order."""

WITHOUT_STATUS = frozenset(("Provider", "Alert"))
"""Kinds that no controller reports on since v1beta3 (notification-controller `docs/spec/v1beta3`)."""

VERDICTS = frozenset(("Ready", "Accepted", "ResolvedRefs", "Available"))
"""Conditions that must all be True. An HTTPRoute has no Ready, but Accepted and ResolvedRefs for
each parent (Gateway API, "Route status"); a Deployment has Available."""

# notification-controller repeats the path in the Receiver's message; whoever has it can call it.
HOOK_PATH = re.compile(r"/hook/\w+")


COMMIT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28}\b")


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
    last_attempted_revision: str = ""


class _Metadata(_Model):
    name: str
    namespace: str
    creation_timestamp: datetime


class _Object(_Model):
    metadata: _Metadata
    status: _Status = Field(default_factory=_Status)


@dataclass(frozen=True)
class ClusterObject:
    """One object; `ready` is a condition's status: True, False or Unknown; empty for a kind without one."""

    kind: str
    namespace: str
    name: str
    created_at: datetime
    ready: str
    reason: str
    message: str
    revision: str


def cluster_object(kind: str, document: object) -> ClusterObject:
    """Reads one object.

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
    if kind in WITHOUT_STATUS:
        unseen = _Condition(type="Ready", status="")
    shown = next((each for each in verdicts if each.status != "True"), (verdicts or [unseen])[0])
    return ClusterObject(
        kind=kind,
        namespace=found.metadata.namespace,
        name=found.metadata.name,
        created_at=found.metadata.creation_timestamp,
        ready=shown.status,
        reason=shown.reason,
        message=shortened(HOOK_PATH.sub(f"/hook/{MASK}", shown.message)),
        revision=shortened(
            status.artifact.revision
            if status.artifact
            else status.last_applied_revision or status.last_attempted_revision
        ),
    )


def shortened(text: str) -> str:
    """A text with twelve digits of each commit id in it."""
    return COMMIT.sub(r"\1", text)


class Cluster:
    """The lab's API server."""

    def __init__(self, kubeconfig: Path) -> None:
        """Prepares a client; it sends no request yet, so the API server may start later.

        Raises:
            lightkube.ConfigError: There is no such kubeconfig.
        """
        self._client = AsyncClient(
            KubeConfig.from_file(kubeconfig), timeout=httpx2.Timeout(WITHIN), trust_env=False
        )

    async def objects(self) -> list[ClusterObject]:
        """Lists all of `KINDS` in every namespace, by kind, namespace and name.

        Raises:
            httpx2.HTTPError: The API server does not answer, or not yet with these kinds.
        """
        # All of them are awaited, since a request that is abandoned leaves its socket open.
        lists = await asyncio.gather(*map(self._list, KINDS), return_exceptions=True)
        objects: list[ClusterObject] = []
        for found in lists:
            if isinstance(found, BaseException):
                raise found
            objects += found
        return objects

    async def _list(self, kind: type[GenericNamespacedResource]) -> list[ClusterObject]:
        return [
            cluster_object(kind.__name__, each)
            async for each in self._client.list(kind, namespace=ALL_NS)
        ]

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()
