"""What a stack has deployed, application by application: from its settings and the outputs of the last `up`."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from components.rules import flux
from fluxhook.errors import ExitCode, Refusal
from fluxhook.stacks import Stack, read
from fluxhook.stacks.engine import Engine
from settings.models.application import Application
from settings.models.delivery import Delivery

TOKEN = "webhook-token"  # noqa: S105 - a purpose, not a token
"""Purpose of the parameter with a webhook's token."""


@dataclass(frozen=True)
class Deployed:
    """One application as the last `up` left it."""

    settings: Application
    namespace: str
    """Namespace of Flux."""
    hook: str
    """Identifier of the webhook on GitHub."""
    receiver: str
    """Name of the Receiver."""
    url: str = field(repr=False)
    """Secret: the receiver URL."""
    parameters: Mapping[str, str]
    """Names of its SSM parameters by purpose."""

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return self.settings.repository

    @property
    def key(self) -> str:
        """`owner/name`, or `owner/name@instance`."""
        return self.settings.key

    @property
    def path(self) -> str:
        """Secret: the path of the receiver URL."""
        return httpx2.URL(self.url).path

    @property
    def entrance(self) -> str:
        """The receiver URL without its path."""
        return self.url.removesuffix(self.path)

    @property
    def token_parameter(self) -> str | None:
        """Name of the parameter with the newest generation of the webhook's token; None without Parameter Store."""
        found = {
            int(generation[1] or 1): name
            for purpose, name in self.parameters.items()
            if (generation := re.fullmatch(rf"{TOKEN}(?:-g(\d+))?", purpose))
        }
        return found[max(found)] if found else None

    @property
    def hook_path(self) -> str:
        """Path of the webhook in GitHub's REST interface."""
        return f"/repos/{self.repository}/hooks/{self.hook}"


def applied_by(delivery: Delivery) -> tuple[str, str]:
    """Return API version and kind of what applies a delivery."""
    return (flux.HELM if delivery.helm_release else flux.KUSTOMIZE), delivery.kind


@dataclass(frozen=True)
class Opened:
    """A stack and what it has deployed."""

    stack: Stack
    applications: tuple[Deployed, ...]
    missing: tuple[str, ...]
    """Repositories of the stack file that no `up` has deployed yet."""
    shared: Mapping[str, str]
    """SSM parameters that belong to no application, by `component/purpose`."""


def opened(directory: Path, name: str | None, wanted: str | None = None) -> Opened:
    """Read a stack, and what the last `up` has deployed of it.

    Args:
        directory: Where the program is, or below.
        name: Name of the stack; the selected one by default.
        wanted: Repository, its `owner/name`, or the `name` of the one application that is asked for.

    Raises:
        Refusal: There is no such stack or application, or nothing is deployed.
    """
    # The engine takes a second for each answer.
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(
            Engine(directory, name).answer, "stack", "output", "--json", "--show-secrets"
        )
        stack = read(directory, name)
        outputs = asked.result()
    if not outputs.get("webhooks"):
        message = f"the stack {stack.name} has no webhook yet; run `pulumi up --stack {stack.name}`"
        raise Refusal(message)
    chosen = [each for each in stack.settings.applications if _is(each, wanted)]
    if not chosen:
        known = ", ".join(each.key for each in stack.settings.applications)
        message = f"the stack {stack.name} has no application {wanted}; it has {known}"
        raise Refusal(message, ExitCode.USAGE)
    return _sorted(stack, chosen, outputs)


def _is(application: Application, wanted: str | None) -> bool:
    names = (application.repository, application.key)
    short = (each.partition("/")[2] for each in names)
    return wanted is None or wanted in (*names, *short, application.name)


def _sorted(stack: Stack, chosen: list[Application], outputs: Mapping[str, Any]) -> Opened:
    parameters: Mapping[str, str] = outputs.get("parameters") or {}
    up = [each for each in chosen if each.key in outputs["webhooks"]]
    repositories = tuple(f"{each.key}/" for each in stack.settings.applications)
    return Opened(
        stack,
        tuple(
            Deployed(
                each,
                stack.settings.stack.namespace,
                str(outputs["webhooks"][each.key]),
                str(outputs["receivers"][each.key]),
                str(outputs["receiverUrls"][each.key]),
                {
                    key.removeprefix(f"{each.key}/"): parameter
                    for key, parameter in parameters.items()
                    if key.startswith(f"{each.key}/")
                },
            )
            for each in up
        ),
        tuple(each.key for each in chosen if each not in up),
        {key: each for key, each in parameters.items() if not key.startswith(repositories)},
    )
