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
    ImagePolicy,
    ImageRepository,
    ImageUpdateAutomation,
    Kustomization,
)


class Artifact(BaseModel):
    """`status.artifact` of a GitRepository."""

    revision: str = ""


class Status(BaseModel):
    """The revision in the status of a GitRepository or Kustomization, `BRANCH@sha1:COMMIT`.

    Both fields are empty until the controller has written one.
    """

    artifact: Artifact = Artifact()
    last_applied_revision: str = Field("", alias="lastAppliedRevision")

    @property
    def commit(self) -> str:
        """The id of the commit that the GitRepository has fetched or the Kustomization has applied."""
        return (self.artifact.revision or self.last_applied_revision).rpartition(":")[2]


class Reference(BaseModel):
    """`spec.ref` of a GitRepository, and `spec.sourceRef` of a Kustomization."""

    branch: str = ""
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class Spec(BaseModel):
    """The part of the spec of a GitRepository or Kustomization that says what it follows."""

    url: str = ""
    ref: Reference = Reference()
    source: Reference = Field(Reference(), alias="sourceRef")


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
    kustomization: ObjectKey


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
    async for item in cluster.list(Kustomization, namespace="*"):
        own, follows = ObjectKey.of(item), Spec.model_validate(item.spec).source
        source = ObjectKey(follows.namespace or own.namespace, follows.name)
        if follows.kind == "GitRepository" and source in sources:
            return Target(source, own)
    message = f"no Kustomization in the cluster follows the branch {branch} of {repository}; run `make up`"
    raise LabError(message)


class AutomationSpec(BaseModel):
    """Part of the spec of an ImageUpdateAutomation: its source, author and image policies."""

    source: str = Field(validation_alias=AliasPath("sourceRef", "name"))
    author: str = Field(validation_alias=AliasPath("git", "commit", "author", "email"))
    policies: dict[str, str] = Field(
        default_factory=dict, validation_alias=AliasPath("policySelector", "matchLabels")
    )


class PolicySpec(BaseModel):
    """Part of the spec of an ImagePolicy."""

    repository: str = Field(validation_alias=AliasPath("imageRepositoryRef", "name"))


class PolicyStatus(BaseModel):
    """Part of the status of an ImagePolicy; the tag is empty until Flux has found one."""

    tag: str = Field("", validation_alias=AliasPath("latestRef", "tag"))


class RepositorySpec(BaseModel):
    """Part of the spec of an ImageRepository."""

    image: str
    interval: str


@dataclass(frozen=True)
class Image:
    """An image whose newest tag a bot commits to the branch of a target."""

    name: str
    """Name with the registry, without a tag."""
    interval: str
    """How often Flux looks for new tags, as a duration such as `1m`."""
    repository: ObjectKey
    policy: ObjectKey
    author: str
    """The e-mail address in the bot's commits."""


async def find_image(cluster: AsyncClient, target: Target) -> Image | None:
    """Finds the image of a target; None when no automation commits to its repository."""
    namespace = target.source.namespace
    async for item in cluster.list(ImageUpdateAutomation, namespace=namespace):
        automation = AutomationSpec.model_validate(item.spec)
        if automation.source != target.source.name:
            continue
        policies = cluster.list(ImagePolicy, namespace=namespace, labels=dict(automation.policies))
        async for policy in policies:
            name = PolicySpec.model_validate(policy.spec).repository
            found = await cluster.get(ImageRepository, name, namespace=namespace)
            spec = RepositorySpec.model_validate(found.spec)
            return Image(
                name=spec.image,
                interval=spec.interval,
                repository=ObjectKey.of(found),
                policy=ObjectKey.of(policy),
                author=automation.author,
            )
    return None
