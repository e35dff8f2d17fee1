"""Deletes in a `pulumi destroy` what an interrupted `up` made and the state does not know.

A destroy that runs the program (`--run-program`) makes nothing: a resource that is missing in the state comes back
without an identifier. Before the first seed is deleted, and with it the proof of whose a key or a webhook is, all such
resources are looked for where they would be, and deleted if they are the stack's.

A hook on each seed, and on the cluster's provider, does that. So Pulumi refuses a destroy without `--run-program`.
Source: Pulumi `pkg/engine/destroy.go`, "newDestroySource"; `pkg/resource/deploy/step_generator.go`, "destroyMode".
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import pulumi

Delete = Callable[[str, Mapping[str, Any]], object]
"""Takes the logical name and the inputs of a resource, and deletes what is there of it and is the stack's."""

HOOK = "fluxhook deletes what an interrupted update made and the state does not know"
"""Pulumi shows this name when it refuses a destroy without the program."""


@dataclass(frozen=True)
class _Resource:
    name: str
    inputs: Mapping[str, Any]
    delete: Delete


@dataclass
class Leftovers:
    """What the program registers, and what of it the state does not know."""

    threads: Executor
    _resources: dict[tuple[str, str], pulumi.Resource] = field(default_factory=dict)
    _known: list[tuple[pulumi.CustomResource, _Resource]] = field(default_factory=list)
    _sweep: "asyncio.Future[None] | None" = None

    def remember(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Note a resource that is about to be registered."""
        self._resources[args.type_, args.name] = args.resource

    def note(self, type_: str, name: str, inputs: Mapping[str, Any], delete: Delete) -> None:
        """Note the inputs of a resource that can be left over, and how that is deleted."""
        resource = self._resources.get((type_, name))
        if isinstance(resource, pulumi.CustomResource):
            self._known.append((resource, _Resource(name, inputs, delete)))

    async def before_delete(self, _args: pulumi.ResourceHookArgs) -> None:
        """Delete everything that is left over, before the first resource that has this hook is deleted.

        Raises:
            RuntimeError: something is left over, or may be; the message names each.
        """
        if self._sweep is None:
            self._sweep = asyncio.ensure_future(self._delete_all())
        await self._sweep

    async def _delete_all(self) -> None:
        loop, kept = asyncio.get_running_loop(), []
        for resource, found in self._known:
            if await resource.id.is_known():
                continue
            inputs = await pulumi.Output.from_input(dict(found.inputs)).future()
            if inputs is None:
                # It depends on what the state does not know either, so it was never made.
                continue
            try:
                await loop.run_in_executor(self.threads, found.delete, found.name, inputs)
            except Exception as error:
                # Its type alone: a text may quote a URL that is a secret.
                kept.append(f"{found.name} ({type(error).__name__})")
        if kept:
            raise RuntimeError(
                "the state does not know whether these exist, and they could not be looked for or deleted:"
                f" {', '.join(kept)}. Run the same command again"
            )
