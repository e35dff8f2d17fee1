"""Tells what Pulumi does not: why an object is still waited for, and whether GitHub's first call arrived.

The Kubernetes plugin ends a wait with `timed out waiting for the condition`. What the object itself says, and its
events, are told while the wait lasts, and stand in the summary of an `up` that fails.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.runtime import register_stack_transformation

from preflight import pings, waits
from preflight.github_api import GitHub
from preflight.kubernetes import Kubernetes

WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
KUBERNETES = "kubernetes:"
WAIT_FOR = "pulumi.com/waitFor"
AFTER = 30.0
"""Seconds after which an object that is waited for is asked what is wrong, and again after as many."""

_THREADS = ThreadPoolExecutor(thread_name_prefix="fluxhook-reports")
"""Not the loop's own: its few threads wait for registrations, and a registration waits for its hook."""


def begin(kubernetes: Kubernetes) -> None:
    """Report on every object that an update waits for, and on every webhook that it creates."""
    waiting = _Waiting(kubernetes)
    before = pulumi.ResourceHook("fluxhook reports a wait", waiting.before)
    after = pulumi.ResourceHook("fluxhook reports the ping", _after_webhook)
    of_objects = pulumi.ResourceHookBinding(before_create=[before], before_update=[before])
    of_webhooks = pulumi.ResourceHookBinding(after_create=[after])

    def bind(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        if args.type_ == WEBHOOK:
            binding = of_webhooks
        elif args.type_.startswith(KUBERNETES):
            binding = of_objects
        else:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(hooks=binding))
        return pulumi.ResourceTransformationResult(args.props, opts)

    register_stack_transformation(bind)


class _Waiting:
    """Looks, from time to time, after each object that an update waits for."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._kubernetes = kubernetes
        self._told: set[str] = set()

    async def before(self, args: pulumi.ResourceHookArgs) -> None:
        """Begin to look after an object that is about to be written and waited for."""
        inputs = await pulumi.Output.from_input(dict(args.new_inputs or {})).future() or {}
        if WAIT_FOR in ((inputs.get("metadata") or {}).get("annotations") or {}):
            self._later(inputs)

    def _later(self, inputs: Mapping[str, Any]) -> None:
        # A timer of the loop ends with the program; it keeps nobody from ending.
        loop = asyncio.get_running_loop()
        loop.call_later(AFTER, lambda: loop.create_task(self._look(inputs)))

    async def _look(self, inputs: Mapping[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        reason = await loop.run_in_executor(_THREADS, waits.reason, self._kubernetes, inputs)
        if reason is None:
            return
        if reason not in self._told:
            self._told.add(reason)
            pulumi.log.warn(reason)
        self._later(inputs)


async def _after_webhook(args: pulumi.ResourceHookArgs) -> None:
    repository = args.name.rpartition("/")[0].partition("@")[0]
    loop = asyncio.get_running_loop()
    failed = await loop.run_in_executor(_THREADS, pings.failure, GitHub(), repository, args.id)
    if failed:
        pulumi.log.warn(f"{repository}: {failed}")
