"""The image that a bot keeps up to date in the branch of a target."""

from dataclasses import dataclass

from lightkube import AsyncClient
from pydantic import AliasPath, BaseModel, Field

from fluxhook.demo.flux import ObjectKey, Target
from lab.world.kinds import ImagePolicy, ImageRepository, ImageUpdateAutomation


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
