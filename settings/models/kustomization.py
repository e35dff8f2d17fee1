"""Delivery by a Kustomization."""

from typing import Any

from pydantic import Field

from components.rules import defaults
from components.rules.choices import DeletionPolicy, ValuesKind
from settings.models.group import Group
from settings.models.remote import KubeConfig
from settings.models.types import Directory, Duration, Name, ObjectName, Text


class HealthCheck(Group):
    """An object that must be healthy."""

    api_version: Text = Field(description="its API version, such as apps/v1")
    kind: Text = Field(description="its kind")
    name: Text = Field(description="its name")
    namespace: Name | None = Field(
        default=None, description="its namespace; that of the Kustomization by default"
    )


class Patch(Group):
    """A strategic merge or JSON patch."""

    patch: Text = Field(description="the patch as YAML")
    target: dict[str, str] | None = Field(
        default=None,
        description="the objects: group, version, kind, name, namespace, labelSelector,"
        " annotationSelector",
    )


class ImageOverride(Group):
    """Another name, tag or digest of an image in the manifests."""

    name: Text = Field(description="name in the manifests")
    new_name: Text | None = Field(default=None, description="name in its place")
    new_tag: Text | None = Field(default=None, description="tag in its place")
    digest: Text | None = Field(default=None, description="digest, which wins over a tag")


class SubstituteFrom(Group):
    """Variables from a ConfigMap or Secret in the namespace of Flux."""

    kind: ValuesKind = Field(description="kind of the object")
    name: ObjectName = Field(description="name of the object")
    optional: bool = Field(default=False, description="whether the object may be missing")


class PostBuild(Group):
    """Variables in the manifests, written as `${name}`."""

    substitute: dict[str, str] = Field(default={}, description="values by name")
    substitute_from: tuple[SubstituteFrom, ...] = Field(
        default=(), description="ConfigMaps and Secrets with values; the last one wins"
    )


class Decryption(Group):
    """How manifests that SOPS has encrypted are decrypted."""

    secret_name: ObjectName | None = Field(
        default=None, description="Secret in the namespace of Flux with private keys"
    )
    service_account_name: Name | None = Field(
        default=None, description="ServiceAccount as which the KMS of a cloud is asked"
    )


class Kustomization(Group):
    """The Kustomization of an application."""

    path: Directory = Field(
        default=defaults.PATH, description="directory of the overlay, beginning with ./"
    )
    interval: Duration = Field(
        default=defaults.DELIVERY_INTERVAL, description="how often drift is corrected"
    )
    retry_interval: Duration = Field(
        default=defaults.RETRY_INTERVAL,
        description="how soon a failed apply is tried again without a new commit",
    )
    prune: bool = Field(
        default=True, description="whether objects that left the repository are deleted"
    )
    force: bool = Field(
        default=False,
        description="whether an object is recreated for a change to an immutable field",
    )
    wait: bool = Field(
        default=False, description="whether Ready means that every object is healthy"
    )
    target_namespace: Name | None = Field(
        default=None, description="namespace of every applied object"
    )
    depends_on: tuple[Name, ...] = Field(
        default=(), description="Kustomizations that must be Ready before this one"
    )
    timeout: Duration | None = Field(
        default=None,
        description="longest duration of one apply with its health checks; the interval by default",
    )
    health_checks: tuple[HealthCheck, ...] = Field(
        default=(), description="objects that must be healthy for Ready, without `wait`"
    )
    components: tuple[Text, ...] = Field(
        default=(), description="directories of kustomize components, seen from `path`"
    )
    patches: tuple[Patch, ...] = Field(default=(), description="changes to the manifests")
    images: tuple[ImageOverride, ...] = Field(
        default=(), description="other names, tags and digests of images"
    )
    post_build: PostBuild = Field(
        default=PostBuild(), description="variables in the manifests, and their values"
    )
    decryption: Decryption | None = Field(
        default=None, description="decrypts manifests that SOPS has encrypted"
    )
    deletion_policy: DeletionPolicy = Field(
        default=DeletionPolicy(defaults.DELETION_POLICY),
        description="what happens to applied objects when the Kustomization is deleted;"
        " MirrorPrune: as `prune` says",
    )
    service_account_name: Name | None = Field(
        default=None,
        description="ServiceAccount in the namespace of Flux as which objects are applied",
    )
    kube_config: KubeConfig | None = Field(default=None, description="another cluster to apply in")
    spec: dict[str, Any] = Field(
        default={}, description="other fields of its spec, as Flux's CRD has them"
    )
    suspend: bool = Field(default=False, description="whether nothing is applied for now")
