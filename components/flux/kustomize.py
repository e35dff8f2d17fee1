"""What a Kustomization changes in manifests before it applies them, and what it checks after that."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.rules.choices import ValuesKind
from components.rules.kubernetes import without_empty


class HealthCheckArgs(TypedDict):
    """An object that must be healthy."""

    api_version: pulumi.Input[str]
    """Its API version, such as apps/v1."""
    kind: pulumi.Input[str]
    """Its kind."""
    name: pulumi.Input[str]
    """Its name."""
    namespace: NotRequired[pulumi.Input[str]]
    """Its namespace; defaults to that of the Kustomization."""


class PatchArgs(TypedDict):
    """A strategic merge or JSON patch."""

    patch: pulumi.Input[str]
    """The patch as YAML."""
    target: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Selects objects by group, version, kind, name, namespace, labelSelector and annotationSelector."""


class ImageOverrideArgs(TypedDict):
    """Another name, tag or digest of an image in the manifests."""

    name: pulumi.Input[str]
    """Name in the manifests."""
    new_name: NotRequired[pulumi.Input[str]]
    """Name in its place."""
    new_tag: NotRequired[pulumi.Input[str]]
    """Tag in its place."""
    digest: NotRequired[pulumi.Input[str]]
    """Digest, which wins over a tag."""


class SubstituteFromArgs(TypedDict):
    """Variables from an object in the namespace of Flux."""

    kind: ValuesKind
    """ConfigMap or Secret."""
    name: pulumi.Input[str]
    """Its name."""
    optional: NotRequired[pulumi.Input[bool]]
    """Whether it may be missing; defaults to False."""


class PostBuildArgs(TypedDict):
    """Variables `${name}` in the manifests."""

    substitute: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Values by name, which win over those from objects."""
    substitute_from: NotRequired[Sequence[SubstituteFromArgs]]
    """ConfigMaps and Secrets with values; the last one wins."""


class DecryptionArgs(TypedDict):
    """How manifests that SOPS has encrypted are decrypted."""

    secret_name: NotRequired[pulumi.Input[str]]
    """Secret in the namespace of Flux with private keys; defaults to none, for keys of a cloud."""
    service_account_name: NotRequired[pulumi.Input[str]]
    """ServiceAccount as which a cloud's KMS is asked; defaults to the controller's."""


def health_check(args: HealthCheckArgs) -> dict[str, Any]:
    """Return one of `spec.healthChecks`."""
    return without_empty(
        apiVersion=args["api_version"],
        kind=args["kind"],
        name=args["name"],
        namespace=args.get("namespace"),
    )


def patch(args: PatchArgs) -> dict[str, Any]:
    """Return one of `spec.patches`."""
    return without_empty(patch=args["patch"], target=dict(args.get("target", {})))


def image_override(args: ImageOverrideArgs) -> dict[str, Any]:
    """Return one of `spec.images`."""
    return without_empty(
        name=args["name"],
        newName=args.get("new_name"),
        newTag=args.get("new_tag"),
        digest=args.get("digest"),
    )


def post_build(args: PostBuildArgs) -> dict[str, Any]:
    """Return `spec.postBuild`."""
    return without_empty(
        substitute=dict(args.get("substitute", {})),
        substituteFrom=[
            without_empty(
                kind=ValuesKind(each["kind"]).value,
                name=each["name"],
                optional=each.get("optional") or None,
            )
            for each in args.get("substitute_from", ())
        ],
    )


def decryption(args: DecryptionArgs | None) -> dict[str, Any]:
    """Return `spec.decryption`, empty when nothing is encrypted."""
    if args is None:
        return {}
    name = args.get("secret_name")
    return without_empty(
        provider="sops",
        secretRef={"name": name} if name else None,
        serviceAccountName=args.get("service_account_name"),
    )
