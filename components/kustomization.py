"""The delivery: what Flux applies of a source, and where to."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import values
from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_KUSTOMIZE, given


class KustomizationArgs(TypedDict):
    """Inputs of a Kustomization."""

    object_name: pulumi.Input[str]
    """Name of the object."""
    namespace: pulumi.Input[str]
    """Namespace of the object and of its source."""
    source_name: pulumi.Input[str]
    """Name of the GitRepository."""
    kustomization: values.Kustomization
    """What is applied, and how."""
    target_namespace: NotRequired[pulumi.Input[str] | None]
    """Namespace of every applied object, where it is made in the same stack; defaults to what `kustomization` says."""


class Kustomization(pulumi.ComponentResource):
    """One Kustomization. Not awaited: whether the application is healthy is not the concern of its webhook.

    Source: kustomize-controller `docs/spec/v1/kustomizations.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the object; known once it exists."""

    def __init__(
        self, name: str, args: KustomizationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Kustomization."""
        super().__init__("fluxhook:index:Kustomization", name, {}, opts)
        kustomization = args["kustomization"]
        spec = {
            "sourceRef": {"kind": "GitRepository", "name": args["source_name"]},
            "path": kustomization.path,
            "interval": kustomization.interval,
            # Flux's own default is the interval, which a webhook lets be long.
            "retryInterval": kustomization.retry_interval,
            "prune": kustomization.prune,
            "force": kustomization.force,
            "wait": kustomization.wait,
            **given(
                targetNamespace=args.get("target_namespace", kustomization.target_namespace),
                dependsOn=[{"name": each} for each in kustomization.depends_on],
            ),
        }
        made = CustomResource(
            f"{name}-kustomization",
            api_version=FLUX_KUSTOMIZE,
            kind="Kustomization",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": DELETED_BY_FLUX,
            },
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.object_name = after(made, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
