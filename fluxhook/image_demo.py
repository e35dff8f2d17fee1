"""`fluxhook demo --image`: an image's next tag on its way from the registry into the cluster."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime

import httpx2
from lightkube import AsyncClient
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.resources.apps_v1 import Deployment
from lightkube.types import PatchType
from pydantic import AliasPath, BaseModel, Field
from rich.console import Console
from tenacity import TryAgain

from fluxhook import flux, steps
from fluxhook.demo import FILE
from fluxhook.flux import Image, Target
from fluxhook.steps import DIGITS, Step
from fluxhook.timeline import Arrivals, Watches, now, watched, watching
from fluxhook.yaml_values import value
from lab.run.directory import LabDirectory, LabError, LabState
from lab.world import images
from lab.world.kinds import ImagePolicy, ImageRepository
from lab.world.push import connect, full_name, read

TAG = "images.0.newTag"
REQUESTED = "reconcile.fluxcd.io/requestedAt"


class Commit(BaseModel):
    """Of GitHub's `GET /repos/{owner}/{repo}/commits/{ref}`."""

    sha: str
    message: str = Field(validation_alias=AliasPath("commit", "message"))
    author: str = Field(validation_alias=AliasPath("commit", "author", "email"))
    verified: bool = Field(validation_alias=AliasPath("commit", "verification", "verified"))
    reason: str = Field(validation_alias=AliasPath("commit", "verification", "reason"))


class PolicyStatus(BaseModel):
    """`status` of an ImagePolicy; without a tag before there is one."""

    tag: str = Field("", validation_alias=AliasPath("latestRef", "tag"))


def run(lab: LabDirectory, console: Console, repository: str) -> None:
    """Pushes the next tag of an application's image and shows when each step has it.

    Raises:
        LabError: There is no lab, no stack in it, or none that automates the image; or a step lacked the tag.
    """
    state = steps.running(lab)
    with connect(state) as github:
        asyncio.run(_run(lab, state, github, console, full_name(repository)))


async def _run(
    lab: LabDirectory, state: LabState, github: httpx2.Client, console: Console, repository: str
) -> None:
    async with flux.connected(lab) as cluster:
        target = await flux.find(cluster, repository)
        image = await _image(cluster, target, repository)
        hook = steps.hook(github, repository)
        name = image.name.partition("/")[2]
        old = value(read(github, repository, FILE), TAG)
        tag = next_tag([*images.tags(lab, state, name), old])
        console.print(f"{image.name}: from tag {old} to {tag}", highlight=False)
        console.print(
            f"Flux is told to look into the registry now ({REQUESTED} on the ImageRepository); by"
            f" itself it looks every {image.interval} (image.interval)",
            highlight=False,
            soft_wrap=True,
        )
        async with (
            watching(cluster, target, lambda item: running(item, image.name)) as watches,
            watched(cluster, ImagePolicy, image.policy, _chosen) as policy,
        ):
            began = now()
            await asyncio.to_thread(images.push, lab, state, name, tag)
            shown = [Step(now(), "image pushed")]
            await _look_now(cluster, image)
            committed = asyncio.create_task(_committed(github, repository, image.author, tag))
            announced = asyncio.create_task(_announced(github, hook, committed))
            waits = _waits(tag, policy, watches, committed, announced)

            def instead() -> str:
                return (
                    f"ImagePolicy has {policy.last or 'nothing'}, the branch"
                    f" {_head(github, repository).sha[:DIGITS]}, {steps.commits(watches)},"
                    f" Deployment {watches.deployed.last or 'no tag in every replica'}"
                )

            await steps.show(console, began, shown, steps.follow(f"tag {tag}", waits, instead))
    total = steps.total(began, shown)
    console.print(f"[green]✔[/] tag {tag}: pushed and running in {total} ms", highlight=False)


async def _image(cluster: AsyncClient, target: Target, repository: str) -> Image:
    if image := await flux.find_image(cluster, target):
        return image
    raise LabError(
        f"{repository} has no image automation: give the application an `image`, the stack a `bot`"
        " (docs/image-automation.md)"
    )


def next_tag(tags: Sequence[str]) -> str:
    """The highest tag that is a number, plus one."""
    return str(1 + max((int(tag) for tag in tags if tag.isdecimal()), default=0))


async def _look_now(cluster: AsyncClient, image: Image) -> None:
    at, patch = image.repository, {"metadata": {"annotations": {REQUESTED: now().isoformat()}}}
    await cluster.patch(
        ImageRepository, at.name, patch, namespace=at.namespace, patch_type=PatchType.MERGE
    )


def _waits(
    tag: str,
    policy: Arrivals,
    watches: Watches,
    committed: Awaitable[tuple[datetime, Commit]],
    announced: Awaitable[list[Step]],
) -> dict[str, Awaitable[list[Step]]]:
    async def chosen() -> list[Step]:
        return [Step(await policy.of(tag), f"ImagePolicy chose tag {tag}")]

    async def branch() -> list[Step]:
        await committed
        return []

    async def fetched(name: str, commits: Arrivals) -> list[Step]:
        # A commit is shown before those who have it.
        sha = (await announced)[0].sha
        return [Step(await commits.of(sha), name, sha)]

    async def deployed() -> list[Step]:
        await announced
        return [Step(await watches.deployed.of(tag), f"Deployment runs tag {tag}")]

    return {
        "ImagePolicy": chosen(),
        "the branch": branch(),
        "the receiver": announced,
        "GitRepository": fetched("GitRepository has the commit", watches.fetched),
        "Kustomization": fetched("Kustomization applied it", watches.applied),
        "Deployment": deployed(),
    }


async def _committed(
    github: httpx2.Client, repository: str, author: str, tag: str
) -> tuple[datetime, Commit]:
    """The bot's commit of a tag, once it is on the branch, and when it was seen there."""

    def look() -> Commit:
        head = _head(github, repository)
        if head.author == author and head.message.rstrip().endswith(f"-> {tag}"):
            return head
        raise TryAgain

    commit = await steps.asked(look)
    return now(), commit


async def _announced(
    github: httpx2.Client, hook: str, committed: Awaitable[tuple[datetime, Commit]]
) -> list[Step]:
    """The bot's commit with GitHub's word on its signature, and its delivery."""
    seen, commit = await committed
    sent, answered = await steps.delivered(github, hook, commit.sha)
    word = "Verified" if commit.verified else commit.reason
    # It was looked for now and then; when GitHub sends it on, it is there at the latest.
    return [Step(min(seen, sent.at), f"bot's commit: {word}", commit.sha), sent, answered]


def _head(github: httpx2.Client, repository: str) -> Commit:
    answer = github.get(f"/repos/{repository}/commits/main").raise_for_status()
    return Commit.model_validate(answer.json())


def _chosen(policy: GenericNamespacedResource) -> str:
    return PolicyStatus.model_validate(policy.status or {}).tag


def running(deployment: Deployment, image: str) -> str:
    """The tag of an image in every replica of a Deployment; empty while it rolls out.

    Source: what `kubectl rollout status` waits for.
    """
    spec, status, metadata = deployment.spec, deployment.status, deployment.metadata
    if not (spec and spec.template.spec and status and metadata):
        return ""
    counts = (status.replicas, status.updatedReplicas, status.availableReplicas)
    if status.observedGeneration != metadata.generation or set(counts) != {spec.replicas}:
        return ""
    names = [(each.image or "").rpartition(":") for each in spec.template.spec.containers]
    return next((tag for name, _, tag in names if name == image), "")
