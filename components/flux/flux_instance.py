"""The FluxInstance, from which flux-operator installs Flux."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.objects.known_after import known_after
from components.objects.place import Place
from components.rules import defaults
from components.rules.flux import OPERATOR


class FluxInstanceArgs(TypedDict):
    """A FluxInstance."""

    version: NotRequired[pulumi.Input[str]]
    """Version or range of Flux; defaults to 2.9.x."""
    registry: NotRequired[pulumi.Input[str]]
    """Registry of the controllers' images; defaults to ghcr.io/fluxcd."""
    components: NotRequired[Sequence[str]]
    """Controllers to install; defaults to Flux's four and the two for images."""


def flux_instance(
    name: str, namespace: pulumi.Input[str], args: FluxInstanceArgs, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Create the one FluxInstance of a cluster, called `flux`; return its namespace, known when Flux runs.

    It has no `spec.sync`: the cluster's own repository is an application like any other, with a receiver and a webhook.
    flux-operator itself is not installed.

    Source: flux-operator `docs/api/v1/fluxinstance.md`.
    """
    created = flux_object(
        Place(name, "flux", namespace, parent),
        "flux-instance",
        OPERATOR,
        "FluxInstance",
        {
            "distribution": {
                "version": args.get("version", defaults.FLUX_VERSION),
                "registry": args.get("registry", defaults.FLUX_REGISTRY),
            },
            "components": list(args.get("components", defaults.FLUX_COMPONENTS)),
        },
        wait_for="condition=Ready",
        timeout="10m",
    )
    return known_after(created, namespace)
