"""The FluxInstance, from which flux-operator installs Flux."""

from collections.abc import Sequence
from typing import TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._rules import DELETED_BY_FLUX, FLUX_OPERATOR

WAIT = pulumi.CustomTimeouts(create="10m", update="10m")


class FluxInstanceArgs(TypedDict):
    """Inputs of a FluxInstance."""

    namespace: pulumi.Input[str]
    """Namespace in which Flux runs."""
    version: str
    """Version or range of Flux, such as 2.9.x."""
    registry: str
    """Registry of the controllers' images."""
    components: Sequence[str]
    """Controllers to install."""


class FluxInstance(pulumi.ComponentResource):
    """The one FluxInstance of a cluster, which must be called `flux`; done when Flux runs.

    Without `spec.sync`: the cluster's own repository is an application like any other, so that it has a receiver and
    a webhook too. flux-operator itself is not installed here.

    Source: flux-operator `docs/api/v1/fluxinstance.md`.
    """

    instance: CustomResource
    """The object; what needs Flux's kinds depends on it."""

    def __init__(
        self, name: str, args: FluxInstanceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the FluxInstance and wait until it is Ready."""
        super().__init__("fluxhook:index:FluxInstance", name, {}, opts)
        self.instance = CustomResource(
            f"{name}-flux-instance",
            api_version=FLUX_OPERATOR,
            kind="FluxInstance",
            metadata={
                "name": "flux",
                "namespace": args["namespace"],
                "annotations": {**DELETED_BY_FLUX, "pulumi.com/waitFor": "condition=Ready"},
            },
            spec={
                "distribution": {"version": args["version"], "registry": args["registry"]},
                "components": list(args["components"]),
            },
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.register_outputs({})
