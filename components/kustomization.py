"""The delivery: what Flux applies of a source, and where to."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_KUSTOMIZE

DEFAULT_PATH = "./"
DEFAULT_INTERVAL = "5m"
DEFAULT_RETRY_INTERVAL = "1m"


class KustomizationArgs(TypedDict):
    """Inputs of a Kustomization."""

    object_name: pulumi.Input[str]
    """Name of the object."""
    namespace: pulumi.Input[str]
    """Namespace of the object and of its source."""
    source_name: pulumi.Input[str]
    """Name of the GitRepository."""
    path: NotRequired[pulumi.Input[str]]
    """Directory of the overlay, beginning with `./`; defaults to the root."""
    interval: NotRequired[pulumi.Input[str]]
    """How often drift is corrected, a duration; defaults to "5m"."""
    retry_interval: NotRequired[pulumi.Input[str]]
    """How soon what failed is tried again without a new commit, a duration; defaults to "1m"."""
    prune: NotRequired[bool]
    """Whether objects that left the repository are deleted; defaults to True."""
    force: NotRequired[bool]
    """Whether objects with immutable changes are recreated; defaults to False."""
    wait: NotRequired[bool]
    """Whether Ready means that every applied object is healthy; defaults to False."""
    target_namespace: NotRequired[pulumi.Input[str] | None]
    """Namespace given to every applied object; defaults to none, what the manifests say."""
    depends_on: NotRequired[Sequence[str]]
    """Names of Kustomizations of the same namespace that must be Ready before."""


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
        target_namespace = args.get("target_namespace")
        depends_on = args.get("depends_on")
        spec = {
            "sourceRef": {"kind": "GitRepository", "name": args["source_name"]},
            "path": args.get("path", DEFAULT_PATH),
            "interval": args.get("interval", DEFAULT_INTERVAL),
            # Flux's own default is the interval, which a webhook lets be long.
            "retryInterval": args.get("retry_interval", DEFAULT_RETRY_INTERVAL),
            "prune": args.get("prune", True),
            "force": args.get("force", False),
            "wait": args.get("wait", False),
            **({"targetNamespace": target_namespace} if target_namespace else {}),
            **({"dependsOn": [{"name": each} for each in depends_on]} if depends_on else {}),
        }
        kustomization = CustomResource(
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
        self.object_name = after(kustomization, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
