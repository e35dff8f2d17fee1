"""Binds checks to resources, whatever component makes them, and keeps GitHub's tokens out of the state."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pulumi
from pulumi.runtime import register_resource_transform

from components.objects.metadata import stack_id
from components.rules.rights import PERMISSIONS
from recovery import github, ingress, objects, ownership, parameters, rights
from recovery.cluster import Cluster
from settings.models.settings import Settings

Check = Callable[[str, Mapping[str, Any]], str | None]
"""Takes the logical name and the inputs of a resource to create; returns what to log, and raises to stop the create."""

KUBERNETES = "kubernetes:"
WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
GITHUB_PROVIDER = "pulumi:providers:github"
FROM_ENVIRONMENT = ("token", "baseUrl")
"""Options of the GitHub provider that the Python SDK copies from the environment into the state.

Without them the plugin reads $GITHUB_TOKEN and $GITHUB_BASE_URL itself, when it runs: so each verb uses the token of
its own time, and whoever reads the state has none. Source: pulumi-github `provider.py`; terraform-provider-github
`github/provider.go`, "EnvDefaultFunc".
"""


_THREADS = ThreadPoolExecutor(thread_name_prefix="fluxhook-recovery")
"""Not the loop's own: its few threads wait for registrations, and a registration waits for its hook."""


def protect(settings: Settings) -> None:
    """Refuse a stack that would write over foreign objects, then watch over every create.

    Raises:
        pulumi.RunError: an object belongs to somebody else, or, in an update, the cluster cannot be asked; nothing has
            been written.
    """
    cluster, stack = Cluster(settings.stack), stack_id()
    ownership.refuse_foreign(settings, cluster, stack)
    checks: dict[str, Check] = {
        "github:index/repositoryDeployKey:RepositoryDeployKey": github.delete_own_key,
        WEBHOOK: github.delete_own_webhook,
        "github:index/userGpgKey:UserGpgKey": github.delete_own_gpg_key,
        "aws:ssm/parameter:Parameter": parameters.ParameterCheck(stack),
        KUBERNETES: partial(objects.refuse_foreign_object, cluster, stack),
    }
    explain = pulumi.ErrorHook("fluxhook explains a refusal", rights.explain)
    hooks = {
        type_: pulumi.ResourceHookBinding(
            before_create=[_hook(type_, checks[type_])] if type_ in checks else None,
            on_error=None if type_ == KUBERNETES else [explain],
        )
        for type_ in {*checks, *PERMISSIONS}
    }

    if settings.stack.ingress:
        unserved = partial(ingress.without_address, cluster, stack, settings.stack.namespace)
        until_served, binding = _until(unserved), hooks[WEBHOOK]
        hooks[WEBHOOK] = pulumi.ResourceHookBinding(
            before_create=[*(binding.before_create or ()), until_served],
            before_update=[until_served],
            on_error=[explain],
        )

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ == GITHUB_PROVIDER:
            kept = {key: each for key, each in args.props.items() if key not in FROM_ENVIRONMENT}
            return pulumi.ResourceTransformResult(kept, args.opts)
        binding = hooks.get(KUBERNETES if args.type_.startswith(KUBERNETES) else args.type_)
        if not args.custom or binding is None:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(hooks=binding))
        return pulumi.ResourceTransformResult(args.props, opts)

    register_resource_transform(transform)


def _hook(type_: str, check: Check) -> pulumi.ResourceHook:
    """Return a hook that runs `check` on the plain inputs, in a thread of its own; a preview does not run it."""

    async def before_create(args: pulumi.ResourceHookArgs) -> None:
        inputs = await pulumi.Output.from_input(dict(args.new_inputs or {})).future()
        loop = asyncio.get_running_loop()
        told = await loop.run_in_executor(_THREADS, check, args.name, inputs or {})
        if told:
            pulumi.log.debug(f"{args.name}: {told}")

    return pulumi.ResourceHook(f"fluxhook before {type_}", before_create)


def _until(unserved: Callable[[str], str | None]) -> pulumi.ResourceHook:
    """Return a hook that waits until `unserved`, of the resource's name, returns nothing."""

    async def before(args: pulumi.ResourceHookArgs) -> None:
        loop = asyncio.get_running_loop()
        await ingress.until_served(partial(loop.run_in_executor, _THREADS, unserved, args.name))

    return pulumi.ResourceHook("fluxhook until the way in is served", before)
