"""Delivery by a Kustomization: what Flux applies of a source, and where to."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.flux import KUSTOMIZE
from components.rules.kubernetes import without_empty


class KustomizationArgs(TypedDict):
    """A Kustomization of the application's repository."""

    path: NotRequired[str]
    """Directory of the overlay, beginning with `./`; defaults to the root."""
    interval: NotRequired[pulumi.Input[str]]
    """How often drift is corrected, a duration; defaults to "5m"."""
    retry_interval: NotRequired[pulumi.Input[str]]
    """How soon a failure is retried without a new commit; defaults to "1m"."""
    prune: NotRequired[pulumi.Input[bool]]
    """Whether objects that left the repository are deleted; defaults to True."""
    force: NotRequired[pulumi.Input[bool]]
    """Whether a change of an immutable field recreates the object; defaults to False."""
    wait: NotRequired[pulumi.Input[bool]]
    """Whether Ready means that all objects are healthy; defaults to False."""
    target_namespace: NotRequired[pulumi.Input[str]]
    """Namespace of all applied objects; defaults to what the manifests say."""
    depends_on: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Kustomizations that must be Ready before."""


def kustomization(
    place: Place, source_name: pulumi.Input[str], args: KustomizationArgs
) -> CustomObject:
    """Create a Kustomization of the GitRepository `source_name`.

    It is not awaited: the webhook does not depend on whether the application is healthy.

    Source: kustomize-controller `docs/spec/v1/kustomizations.md`.
    """
    return flux_object(
        place,
        "kustomization",
        KUSTOMIZE,
        "Kustomization",
        {
            "sourceRef": {"kind": "GitRepository", "name": source_name},
            "path": args.get("path", defaults.PATH),
            "interval": args.get("interval", defaults.DELIVERY_INTERVAL),
            "retryInterval": args.get("retry_interval", defaults.RETRY_INTERVAL),
            "prune": args.get("prune", True),
            "force": args.get("force", False),
            "wait": args.get("wait", False),
            **without_empty(
                targetNamespace=args.get("target_namespace"),
                dependsOn=[{"name": each} for each in args.get("depends_on", ())],
            ),
        },
    )
