"""The Flux objects in the lab's cluster that follow a repository."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from lightkube import AsyncClient, KubeConfig
from lightkube.generic_resource import GenericNamespacedResource
from pydantic import AliasPath, BaseModel, Field

from lab.run.directory import LabDirectory, LabError
from lab.world.kinds import (
    GitRepository,
    HelmRelease,
    Kustomization,
)

DIGITS = 12
"""How many digits of a commit's id are compared and shown: as many as the version of a chart from Git has.

Source: source-controller `internal/controller/helmchart_controller.go`, "ReconcileStrategyRevision".
"""


def short(sha: str) -> str:
    """The digits of a commit's id that are compared and shown."""
    return sha[:DIGITS]


class Artifact(BaseModel):
    """`status.artifact` of a GitRepository."""

    revision: str = ""


class Snapshot(BaseModel):
    """An entry of `status.history` of a HelmRelease; a chart from Git has the version `VERSION+COMMIT`."""

    status: str = ""
    chart_version: str = Field(default="", validation_alias="chartVersion")


class Status(BaseModel):
    """The revision in the status of a GitRepository or Kustomization, `BRANCH@sha1:COMMIT`; or a release's history.

    All fields are empty until the controller has written one.
    """

    artifact: Artifact = Artifact()
    last_applied_revision: str = Field(default="", alias="lastAppliedRevision")
    history: list[Snapshot] = Field(default_factory=list)

    @property
    def commit(self) -> str:
        """The short id of the commit that was fetched, applied or released; empty when there is none."""
        if revision := self.artifact.revision or self.last_applied_revision:
            return short(revision.rpartition(":")[2])
        newest = next(iter(self.history), Snapshot())
        released = newest.chart_version.partition("+")[2] if newest.status == "deployed" else ""
        return short(released)


class Reference(BaseModel):
    """`spec.ref` of a GitRepository, and `spec.sourceRef` of a Kustomization."""

    branch: str = ""
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class Chart(BaseModel):
    """`spec.chart.spec` of a HelmRelease."""

    chart: str = ""
    source: Reference = Field(default=Reference(), validation_alias="sourceRef")


class Spec(BaseModel):
    """The part of the spec of a GitRepository, Kustomization or HelmRelease that says what it follows."""

    url: str = ""
    ref: Reference = Reference()
    source: Reference = Field(default=Reference(), alias="sourceRef")
    chart: Chart = Field(default=Chart(), validation_alias=AliasPath("chart", "spec"))


@dataclass(frozen=True)
class ObjectKey:
    """Namespace and name of an object."""

    namespace: str
    name: str

    @classmethod
    def of(cls, item: GenericNamespacedResource) -> "ObjectKey":
        """Reads them from an object that the API server sent."""
        if item.metadata is None or not item.metadata.name or not item.metadata.namespace:
            raise TypeError("an object without a name")
        return cls(item.metadata.namespace, item.metadata.name)


@dataclass(frozen=True)
class Target:
    """The Flux objects that follow one branch of one repository."""

    source: ObjectKey
    kind: type[GenericNamespacedResource]
    """What applies it: Kustomization or HelmRelease."""
    delivery: ObjectKey
    chart: str = ""
    """The chart's directory in the repository; empty for a Kustomization."""

    @property
    def applied_by(self) -> str:
        """Name of the kind."""
        return self.kind.__name__

    @property
    def labels(self) -> dict[str, str]:
        """Labels that the controller sets on every object that it applies."""
        group = "helm" if self.kind is HelmRelease else "kustomize"
        labels = {"name": self.delivery.name, "namespace": self.delivery.namespace}
        return {f"{group}.toolkit.fluxcd.io/{key}": text for key, text in labels.items()}


@asynccontextmanager
async def connected(lab: LabDirectory) -> AsyncIterator[AsyncClient]:
    """Opens a client of the lab's API server.

    Raises:
        LabError: A call of the API server failed.
    """
    config = KubeConfig.from_file(lab.kubeconfig)
    try:
        async with AsyncClient(config, trust_env=False) as client:
            yield client
    except httpx2.HTTPError as error:
        message = f"the lab's API server failed: {str(error) or type(error).__name__}"
        raise LabError(message) from error


async def find(cluster: AsyncClient, repository: str, branch: str = "main") -> Target:
    """Finds the Flux objects that follow a branch of `repository`, given as `owner/name`.

    Raises:
        LabError: There are none.
    """
    # The first form is used with a deploy key, the second with a GitHub App.
    urls = {
        f"{host}/{repository}".lower() for host in ("ssh://git@github.com", "https://github.com")
    }
    sources = set()
    async for item in cluster.list(GitRepository, namespace="*"):
        spec = Spec.model_validate(item.spec)
        if spec.url.lower().removesuffix(".git") in urls and spec.ref.branch == branch:
            sources.add(ObjectKey.of(item))
    for kind in (Kustomization, HelmRelease):
        async for item in cluster.list(kind, namespace="*"):
            own, spec = ObjectKey.of(item), Spec.model_validate(item.spec)
            follows = spec.chart.source if kind is HelmRelease else spec.source
            source = ObjectKey(follows.namespace or own.namespace, follows.name)
            if follows.kind == "GitRepository" and source in sources:
                return Target(source, kind, own, spec.chart.chart)
    message = (
        f"nothing in the cluster applies the branch {branch} of {repository}: no Kustomization, and no HelmRelease with"
        " a chart from it; run `make up`"
    )
    raise LabError(message)
