"""One push through the whole chain: GitHub, webhook, Flux, cluster."""

import time

from lightkube import ApiError, Client, KubeConfig
from lightkube.generic_resource import create_namespaced_resource
from pydantic import BaseModel, Field
from rich.console import Console
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from lab import control
from lab.directory import LabDirectory, LabError
from lab.push import push
from lab.surroundings import REPOSITORY

APPLIED_WITHIN = 60.0
"""Seconds; a push is applied in under one, unless the webhook is not there yet."""

KUSTOMIZATION = create_namespaced_resource(
    "kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations"
)


class Status(BaseModel):
    """The part of a Kustomization's status that says what is in the cluster."""

    revision: str = Field("", alias="lastAppliedRevision")
    """`BRANCH@sha1:COMMIT`; empty as long as nothing was applied."""


def push_and_watch(lab: LabDirectory, console: Console) -> None:
    """Pushes a commit and waits until Flux has applied exactly that one.

    Raises:
        LabError: No lab runs, or Flux did not apply it within `APPLIED_WITHIN`.
    """
    state = control.running(lab)
    began = time.monotonic()
    sha = push(state, REPOSITORY)
    console.print(f"pushed {sha[:10]} to {REPOSITORY}", highlight=False)

    def applied(client: Client) -> bool:
        statuses = [Status.model_validate(one.status or {}) for one in client.list(KUSTOMIZATION)]
        return any(status.revision.endswith(sha) for status in statuses)

    attempts = Retrying(
        retry=retry_if_result(lambda done: not done),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(APPLIED_WITHIN),
    )
    config = KubeConfig.from_file(lab.kubeconfig)
    try:
        attempts(applied, Client(config=config, namespace="flux-system", trust_env=False))
    except (RetryError, ApiError) as error:
        message = (
            f"Flux has not applied {sha[:10]} after {APPLIED_WITHIN:.0f} s; is the stack up?"
            f" fluxhook up, then look at {lab.logs}"
        )
        raise LabError(message) from error
    seconds = time.monotonic() - began
    console.print(f"[green]✔[/] applied to the cluster after {seconds:.2f} s", highlight=False)
