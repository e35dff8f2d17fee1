"""Binds checks to resources, whatever component makes them, and keeps GitHub's tokens out of the state."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pulumi
from pulumi import ResourceTransformArgs as Transform
from pulumi import ResourceTransformationArgs as Transformation
from pulumi.runtime import register_resource_transform, register_stack_transformation

from components.objects.metadata import stack_id
from components.rules import flux
from components.rules.rights import PERMISSIONS
from recovery import github, ingress, objects, ownership, parameters, rights
from recovery.cluster import Cluster
from recovery.handover import DELIVERIES, Handover
from recovery.leftovers import HOOK, Delete, Leftovers
from recovery.release import with_its_release
from settings.models.settings import Settings
from settings.parameters import parameter_names

Check = Callable[[str, Mapping[str, Any]], str | None]
"""Takes the logical name and the inputs of a resource to create; returns what to log, and raises to stop the create."""

KUBERNETES = "kubernetes:"
HELM_RELEASE = f"kubernetes:{flux.HELM}:HelmRelease"
WEBHOOK = "github:index/repositoryWebhook:RepositoryWebhook"
PARAMETER = "aws:ssm/parameter:Parameter"
GITHUB: Mapping[str, Callable[[str, Mapping[str, Any]], int]] = {
    "github:index/repositoryDeployKey:RepositoryDeployKey": github.delete_own_key,
    WEBHOOK: github.delete_own_webhook,
    "github:index/userGpgKey:UserGpgKey": github.delete_own_gpg_key,
}
"""What GitHub takes only once, so that it must be deleted before it can be created again."""
PROOFS = ("random:index/randomPassword:RandomPassword", "pulumi:providers:kubernetes")
"""Seeds, which prove whose a key or a webhook is, and what is the last to go."""
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
    """Refuse a stack that would write over foreign objects, then watch over every create, and over a destroy.

    Raises:
        pulumi.RunError: something belongs to somebody else, or, in an update, nobody can say; nothing has been written.
    """
    cluster, stack = Cluster(settings.stack), stack_id()
    handover = Handover(settings, cluster, stack)
    names = sorted({each.name for each in parameter_names(settings)})
    parameter = parameters.ParameterCheck(stack, names)
    if can_ask := ownership.refuse_foreign(settings, cluster, stack):
        handover.begin()

    foreign = _before_create(KUBERNETES, partial(objects.refuse_foreign_object, cluster, stack))
    takes_over = _before_create("handover", handover.take_over)
    leftovers = Leftovers(_THREADS)
    explain = [pulumi.ErrorHook("fluxhook explains a refusal", rights.explain)]
    bindings = {each: pulumi.ResourceHookBinding(on_error=explain) for each in PERMISSIONS}
    for type_, once in GITHUB.items():
        bindings[type_] = _once_on_github(type_, once, parameter.refuse, explain)
    if settings.stack.ingress:
        unserved = partial(ingress.without_address, cluster, stack, settings.stack.namespace)
        until_served, binding = _until(unserved), bindings[WEBHOOK]
        bindings[WEBHOOK] = pulumi.ResourceHookBinding(
            before_create=[*(binding.before_create or ()), until_served],
            before_update=[until_served],
            on_error=binding.on_error,
        )
    bindings[PARAMETER] = _binding(_before_create(PARAMETER, parameter), on_error=explain)
    bindings[KUBERNETES] = _binding(foreign)
    for kind, version in DELIVERIES.items():
        bindings[f"{KUBERNETES}{version}:{kind}"] = _binding(foreign, takes_over)
    destroying = [pulumi.ResourceHook(HOOK, leftovers.before_delete)]
    bindings |= {each: pulumi.ResourceHookBinding(before_delete=destroying) for each in PROOFS}
    deletes: dict[str, Delete] = {
        **GITHUB,
        PARAMETER: parameter.delete_own,
        KUBERNETES: partial(objects.delete_own_object, cluster, stack),
    }

    def bind(args: Transformation) -> pulumi.ResourceTransformationResult | None:
        # Not in the transform below: the options that a transform returns lose `hide_diffs`.
        leftovers.remember(args)
        binding = bindings.get(args.type_) or bindings.get(_general(args.type_))
        if binding is None or not isinstance(args.resource, pulumi.CustomResource):
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(hooks=binding))
        return pulumi.ResourceTransformationResult(args.props, opts)

    async def transform(args: Transform) -> pulumi.ResourceTransformResult | None:
        if args.type_ == GITHUB_PROVIDER:
            kept = {key: each for key, each in args.props.items() if key not in FROM_ENVIRONMENT}
            return pulumi.ResourceTransformResult(kept, args.opts)
        general = _general(args.type_)
        if args.custom and (delete := deletes.get(general)):
            # Its value may depend on what the state does not know; its name does not.
            found = {"name": args.props["name"]} if general == PARAMETER else args.props
            leftovers.note(args.type_, args.name, found, delete)
        if args.type_ == HELM_RELEASE and can_ask:
            ignored = args.opts.ignore_changes or ()
            props = await with_its_release(handover, args.props, ignored, _THREADS)
            return pulumi.ResourceTransformResult(props, args.opts)
        return None

    register_stack_transformation(bind)
    register_resource_transform(transform)


def _general(type_: str) -> str:
    return KUBERNETES if type_.startswith(KUBERNETES) else type_


def _binding(
    *hooks: pulumi.ResourceHook, on_error: Sequence[pulumi.ErrorHook] = ()
) -> pulumi.ResourceHookBinding:
    return pulumi.ResourceHookBinding(before_create=list(hooks), on_error=list(on_error))


def _once_on_github(
    type_: str,
    delete: Callable[[str, Mapping[str, Any]], int],
    refuse: Callable[[], object],
    explain: Sequence[pulumi.ErrorHook],
) -> pulumi.ResourceHookBinding:
    """Delete what is on GitHub already before a create; and once more, if the answer to the create was lost.

    `refuse` raises to stop every create.
    """

    def check(name: str, inputs: Mapping[str, Any]) -> str | None:
        refuse()
        try:
            delete(name, inputs)
        except github.NO_ANSWER as error:
            return f"what GitHub has already is unknown: {type(error).__name__}"
        return None

    async def on_error(args: pulumi.ErrorHookArgs) -> bool:
        if args.failed_operation != "create" or len(args.errors) > 1:
            return False
        try:
            return bool(await _run(delete, args.name, args.new_inputs))
        except github.NO_ANSWER:
            return False

    hook = pulumi.ErrorHook(f"fluxhook after a lost answer to {type_}", on_error)
    return _binding(_before_create(type_, check), on_error=[hook, *explain])


def _before_create(type_: str, check: Check) -> pulumi.ResourceHook:
    """Return a hook that runs `check` on the plain inputs, in a thread of its own; a preview does not run it."""

    async def before_create(args: pulumi.ResourceHookArgs) -> None:
        if told := await _run(check, args.name, args.new_inputs):
            pulumi.log.debug(f"{args.name}: {told}")

    return pulumi.ResourceHook(f"fluxhook before {type_}", before_create)


def _until(unserved: Callable[[str], str | None]) -> pulumi.ResourceHook:
    """Return a hook that waits until `unserved`, of the resource's name, returns nothing."""

    async def before(args: pulumi.ResourceHookArgs) -> None:
        loop = asyncio.get_running_loop()
        await ingress.until_served(partial(loop.run_in_executor, _THREADS, unserved, args.name))

    return pulumi.ResourceHook("fluxhook until the way in is served", before)


async def _run(
    function: Callable[[str, Mapping[str, Any]], Any], name: str, inputs: Mapping[str, Any] | None
) -> Any:
    plain = await pulumi.Output.from_input(dict(inputs or {})).future()
    return await asyncio.get_running_loop().run_in_executor(_THREADS, function, name, plain or {})
