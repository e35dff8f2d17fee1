"""Delivery by a Kustomization: what Flux applies of a source, and where to."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.flux import kustomize
from components.flux.flux_object import flux_object
from components.flux.kustomize import (
    DecryptionArgs,
    HealthCheckArgs,
    ImageOverrideArgs,
    PatchArgs,
    PostBuildArgs,
)
from components.flux.remote import KubeConfigArgs, kube_config
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.choices import DeletionPolicy
from components.rules.flux import KUSTOMIZE
from components.rules.kubernetes import merged, without_empty


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
    timeout: NotRequired[pulumi.Input[str]]
    """Longest duration of one apply with its health checks; defaults to the interval."""
    health_checks: NotRequired[Sequence[HealthCheckArgs]]
    """Objects that must be healthy for Ready, when not all are waited for."""
    components: NotRequired[Sequence[str]]
    """Directories of kustomize components, seen from the path."""
    patches: NotRequired[Sequence[PatchArgs]]
    """Changes to the manifests."""
    images: NotRequired[Sequence[ImageOverrideArgs]]
    """Other names, tags and digests of images."""
    post_build: NotRequired[PostBuildArgs]
    """Variables in the manifests, and their values."""
    decryption: NotRequired[DecryptionArgs]
    """How encrypted manifests are decrypted; by default none is."""
    deletion_policy: NotRequired[DeletionPolicy]
    """What happens to applied objects when the Kustomization is deleted; defaults to MirrorPrune, as `prune` says."""
    service_account_name: NotRequired[pulumi.Input[str]]
    """ServiceAccount in the namespace of Flux as which objects are applied; defaults to the controller's."""
    kube_config: NotRequired[KubeConfigArgs]
    """Another cluster to apply in."""
    spec: NotRequired[Mapping[str, Any]]
    """Other fields of its spec as Flux's CRD has them; they are merged into what the inputs say."""
    suspend: NotRequired[bool]
    """Whether nothing is applied for now; defaults to False."""


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
        merged(_spec(source_name, args), args.get("spec", {})),
    )


def _spec(source_name: pulumi.Input[str], args: KustomizationArgs) -> dict[str, Any]:
    return {
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
            timeout=args.get("timeout"),
            healthChecks=[*map(kustomize.health_check, args.get("health_checks", ()))],
            components=list(args.get("components", ())),
            patches=[*map(kustomize.patch, args.get("patches", ()))],
            images=[*map(kustomize.image_override, args.get("images", ()))],
            postBuild=kustomize.post_build(args.get("post_build", {})),
            decryption=kustomize.decryption(args.get("decryption")),
            deletionPolicy=_deletion_policy(args),
            serviceAccountName=args.get("service_account_name"),
            kubeConfig=kube_config(args.get("kube_config")),
            suspend=args.get("suspend") or None,
        ),
    }


def _deletion_policy(args: KustomizationArgs) -> str | None:
    policy = DeletionPolicy(args.get("deletion_policy", defaults.DELETION_POLICY))
    # Flux's own default is not written.
    return None if policy is DeletionPolicy.MIRROR_PRUNE else policy.value
