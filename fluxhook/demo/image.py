"""`fluxhook lab demo --image`: pushes an image and shows each step until its tag runs in the cluster."""

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

from fluxhook.demo import flux, steps
from fluxhook.demo.automation import Image, PolicyStatus, find_image
from fluxhook.demo.commit import FILE
from fluxhook.demo.flux import Target, short
from fluxhook.demo.steps import Step
from fluxhook.demo.timeline import Arrivals, Watches, now, watch_object, watch_target
from fluxhook.demo.yaml_values import value
from lab.run import control
from lab.run.directory import LabDirectory, LabError
from lab.run.state import LabState
from lab.world import images
from lab.world.kinds import ImagePolicy, ImageRepository
from lab.world.push import connect, full_name, read

TAG = "images.0.newTag"
REQUESTED = "reconcile.fluxcd.io/requestedAt"


class Commit(BaseModel):
    """Part of GitHub's `GET /repos/{owner}/{repo}/commits/{ref}`."""

    sha: str
    message: str = Field(validation_alias=AliasPath("commit", "message"))
    author: str = Field(validation_alias=AliasPath("commit", "author", "email"))
    verified: bool = Field(validation_alias=AliasPath("commit", "verification", "verified"))
    reason: str = Field(validation_alias=AliasPath("commit", "verification", "reason"))


def run(lab: LabDirectory, console: Console, repository: str) -> None:
    """Pushes the next tag of an application's image and shows when each step has it.

    Raises:
        LabError: No lab, stack or image automation; a step lacked the tag after `APPLY_TIMEOUT`; or the receiver
            did not answer 200.
    """
    state = control.running(lab)
    with connect(state) as github:
        asyncio.run(_run(lab, state, github, console, full_name(repository)))


async def _run(
    lab: LabDirectory, state: LabState, github: httpx2.Client, console: Console, repository: str
) -> None:
    async with flux.connected(lab) as cluster:
        target = await flux.find(cluster, repository)
        image = await _image(cluster, target, repository)
        hook = steps.hook_path(github, repository)
        name = image.name.partition("/")[2]
        old = value(read(github, repository, FILE), TAG)
        tag = next_tag([*images.tags(lab, state, name), old])
        console.print(f"{image.name}: from tag {old} to {tag}", highlight=False)
        console.print(
            f"Asking Flux to scan the registry now ({REQUESTED} on the ImageRepository); without that"
            f" it scans every {image.interval} (image.interval)",
            highlight=False,
            soft_wrap=True,
        )
        async with (
            watch_target(cluster, target, lambda item: rolled_out_tag(item, image.name)) as watches,
            watch_object(cluster, ImagePolicy, image.policy, _chosen_tag) as policy,
        ):
            began = now()
            await asyncio.to_thread(images.push, lab, state, name, tag)
            shown = [Step(now(), "image pushed")]
            await _scan_now(cluster, image)
            committed = asyncio.create_task(_bot_commit(github, repository, image.author, tag))
            announced = asyncio.create_task(_commit_steps(github, hook, committed))
            waits = _waits(tag, policy, watches, committed, announced, target.applied_by)

            def last_seen() -> str:
                return (
                    f"ImagePolicy has {policy.last or 'nothing'}, the branch"
                    f" {short(_head(github, repository).sha)},"
                    f" {steps.seen_commits(watches, target.applied_by)},"
                    f" Deployment {watches.deployed.last or 'no tag in every replica'}"
                )

            await steps.show(console, began, shown, steps.follow(f"tag {tag}", waits, last_seen))
    total = steps.total(began, shown)
    console.print(f"[green]✔[/] tag {tag}: pushed and running in {total} ms", highlight=False)


async def _image(cluster: AsyncClient, target: Target, repository: str) -> Image:
    if image := await find_image(cluster, target):
        return image
    raise LabError(
        f"{repository} has no image automation: give the application an `image`, the stack a `bot`"
        " (docs/image-automation.md)"
    )


def next_tag(tags: Sequence[str]) -> str:
    """The highest numeric tag plus one."""
    return str(1 + max((int(tag) for tag in tags if tag.isdecimal()), default=0))


async def _scan_now(cluster: AsyncClient, image: Image) -> None:
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
    applied_by: str,
) -> dict[str, Awaitable[list[Step]]]:
    async def chosen() -> list[Step]:
        return [Step(await policy.of(tag), f"ImagePolicy chose tag {tag}")]

    async def branch() -> list[Step]:
        await committed
        return []

    async def fetched(name: str, commits: Arrivals) -> list[Step]:
        # The commit is shown before the objects that have it.
        sha = (await announced)[0].sha
        return [Step(await commits.of(short(sha)), name, sha)]

    async def deployed() -> list[Step]:
        await announced
        return [Step(await watches.deployed.of(tag), f"Deployment runs tag {tag}")]

    return {
        "ImagePolicy": chosen(),
        "the branch": branch(),
        "the receiver": announced,
        "GitRepository": fetched("GitRepository has the commit", watches.fetched),
        applied_by: fetched(f"{applied_by} applied it", watches.applied),
        "Deployment": deployed(),
    }


async def _bot_commit(
    github: httpx2.Client, repository: str, author: str, tag: str
) -> tuple[datetime, Commit]:
    """Waits until the bot's commit of `tag` is on the branch; returns when it was seen, and the commit."""

    def ask() -> Commit:
        head = _head(github, repository)
        if head.author == author and head.message.rstrip().endswith(f"-> {tag}"):
            return head
        raise TryAgain

    commit = await steps.poll(ask)
    return now(), commit


async def _commit_steps(
    github: httpx2.Client, hook: str, committed: Awaitable[tuple[datetime, Commit]]
) -> list[Step]:
    """The steps of the bot's commit: committed, with GitHub's verdict on the signature; sent; answered."""
    seen, commit = await committed
    sent, answered = await steps.delivery_steps(github, hook, commit.sha)
    verdict = "Verified" if commit.verified else commit.reason
    # The branch is only polled: GitHub may have sent the delivery before the poll saw the commit.
    return [Step(min(seen, sent.at), f"bot's commit: {verdict}", commit.sha), sent, answered]


def _head(github: httpx2.Client, repository: str) -> Commit:
    answer = github.get(f"/repos/{repository}/commits/main").raise_for_status()
    return Commit.model_validate(answer.json())


def _chosen_tag(policy: GenericNamespacedResource) -> str:
    return PolicyStatus.model_validate(policy.status or {}).tag


def rolled_out_tag(deployment: Deployment, image: str) -> str:
    """The tag of `image` that every replica of a Deployment runs; empty during a rollout.

    Source: the conditions that `kubectl rollout status` waits for.
    """
    spec, status, metadata = deployment.spec, deployment.status, deployment.metadata
    if not (spec and spec.template.spec and status and metadata):
        return ""
    counts = (status.replicas, status.updatedReplicas, status.availableReplicas)
    if status.observedGeneration != metadata.generation or set(counts) != {spec.replicas}:
        return ""
    names = [(each.image or "").rpartition(":") for each in spec.template.spec.containers]
    return next((tag for name, _, tag in names if name == image), "")
