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
    """Where both kinds' status names a revision, `BRANCH@sha1:COMMIT`; empty before there is one."""

    artifact: Artifact = Artifact()
    last_applied_revision: str = Field("", alias="lastAppliedRevision")

    @property
    def commit(self) -> str:
        """The id of the commit that a GitRepository has fetched, or a Kustomization applied."""
        return (self.artifact.revision or self.last_applied_revision).rpartition(":")[2]


class Reference(BaseModel):
    """`spec.ref` of a GitRepository, and `spec.sourceRef` of a Kustomization."""

    branch: str = ""
    kind: str = ""
    name: str = ""
    namespace: str | None = None


class Spec(BaseModel):
    """Where both kinds' spec says what they follow."""

    url: str = ""
    ref: Reference = Reference()
    source: Reference = Field(Reference(), alias="sourceRef")


@dataclass(frozen=True)
class Object:
    """Where an object is."""

    namespace: str
    name: str

    @classmethod
    def of(cls, item: GenericNamespacedResource) -> "Object":
        """That of an object which the API server sent."""
        if item.metadata is None or not item.metadata.name or not item.metadata.namespace:
            raise TypeError("an object without a name")
        return cls(item.metadata.namespace, item.metadata.name)


@dataclass(frozen=True)
class Target:
    """The Flux objects that follow one branch of one repository."""

    source: Object
    kustomization: Object


@asynccontextmanager
async def connected(lab: LabDirectory) -> AsyncIterator[AsyncClient]:
    """A client of the lab's API server.

    Raises:
        LabError: The API server failed.
    """
    config = KubeConfig.from_file(lab.kubeconfig)
    try:
        async with AsyncClient(config, trust_env=False) as client:
            yield client
    except httpx2.HTTPError as error:
        message = f"the lab's API server: {str(error) or type(error).__name__}"
        raise LabError(message) from error


async def find(cluster: AsyncClient, repository: str, branch: str = "main") -> Target:
    """The Flux objects that follow a branch of `repository`, an `owner/name`.

    Raises:
        LabError: Nothing does.
    """
    # With a deploy key, or as a GitHub App.
    urls = {
        f"{host}/{repository}".lower() for host in ("ssh://git@github.com", "https://github.com")
    }
    sources = set()
    async for item in cluster.list(GitRepository, namespace="*"):
        spec = Spec.model_validate(item.spec)
        if spec.url.lower().removesuffix(".git") in urls and spec.ref.branch == branch:
            sources.add(Object.of(item))
    async for item in cluster.list(Kustomization, namespace="*"):
        own, follows = Object.of(item), Spec.model_validate(item.spec).source
        source = Object(follows.namespace or own.namespace, follows.name)
        if follows.kind == "GitRepository" and source in sources:
            return Target(source, own)
    message = f"nothing in the cluster follows {branch} of {repository}; run `make up`"
    raise LabError(message)


class AutomationSpec(BaseModel):
    """Of an ImageUpdateAutomation: where it commits, as whom, and which policies it follows."""

    source: str = Field(validation_alias=AliasPath("sourceRef", "name"))
    author: str = Field(validation_alias=AliasPath("git", "commit", "author", "email"))
    policies: dict[str, str] = Field(
        default_factory=dict, validation_alias=AliasPath("policySelector", "matchLabels")
    )


class PolicySpec(BaseModel):
    """Of an ImagePolicy."""

    repository: str = Field(validation_alias=AliasPath("imageRepositoryRef", "name"))


class RepositorySpec(BaseModel):
    """Of an ImageRepository."""

    image: str
    interval: str


@dataclass(frozen=True)
class Image:
    """An image whose newest tag a bot commits to the branch that a target follows."""

    name: str
    """With its registry, without a tag."""
    interval: str
    """How often Flux looks for tags, a duration."""
    repository: Object
    policy: Object
    author: str
    """The e-mail address in the bot's commits."""


async def find_image(cluster: AsyncClient, target: Target) -> Image | None:
    """The image of a target, or None when no automation commits to its source."""
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
                repository=Object.of(found),
                policy=Object.of(policy),
                author=automation.author,
            )
    return None
