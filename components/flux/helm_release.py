"""Delivery by a HelmRelease: a chart, its values, and what happens after a failed action."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.flux.helm_chart import ChartRefArgs, chart_of
from components.flux.helm_repository import HelmRepositoryArgs
from components.flux.remote import KubeConfigArgs, kube_config
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.choices import (
    CrdsPolicy,
    DriftDetection,
    Remediation,
    ValuesKind,
)
from components.rules.flux import HELM
from components.rules.kubernetes import merged, without_empty


class ValuesFromArgs(TypedDict):
    """Helm values from an object in the namespace of Flux."""

    kind: ValuesKind
    """ConfigMap or Secret."""
    name: pulumi.Input[str]
    """Its name."""
    values_key: NotRequired[pulumi.Input[str]]
    """Its key; defaults to values.yaml."""
    target_path: NotRequired[pulumi.Input[str]]
    """The value to set, such as image.tag; defaults to merging all values."""
    optional: NotRequired[pulumi.Input[bool]]
    """Whether it may be missing; defaults to False."""


class CrdsArgs(TypedDict):
    """What Helm does with the CRDs of the chart."""

    install: NotRequired[CrdsPolicy]
    """At the installation; defaults to Create."""
    upgrade: NotRequired[CrdsPolicy]
    """At an upgrade; defaults to CreateReplace."""


class HelmReleaseArgs(TypedDict):
    """A HelmRelease. Source: helm-controller `docs/spec/v2/helmreleases.md`."""

    chart: NotRequired[str]
    """Directory of the chart in the application repository, beginning with `./`, or its name in `repository`."""
    chart_ref: NotRequired[ChartRefArgs]
    """An object that has the chart, in place of `chart`; it is not created."""
    version: NotRequired[pulumi.Input[str]]
    """Version or range of a chart in `repository`; defaults to the newest."""
    repository: NotRequired[HelmRepositoryArgs]
    """The Helm repository, when the chart is not the application's own."""
    values_files: NotRequired[Sequence[pulumi.Input[str]]]
    """Values files in the chart; the last one wins."""
    values: NotRequired[Mapping[str, Any]]
    """Values of the release."""
    values_from: NotRequired[Sequence[ValuesFromArgs]]
    """ConfigMaps and Secrets with values."""
    post_renderers: NotRequired[Sequence[Mapping[str, Any]]]
    """Kustomize patches and images, applied to what the chart renders."""
    drift_detection: NotRequired[DriftDetection]
    """Whether changes by hand are corrected, reported or ignored; defaults to enabled."""
    release_name: NotRequired[pulumi.Input[str]]
    """Name of the release; defaults to the object's first one."""
    target_namespace: NotRequired[pulumi.Input[str]]
    """Namespace of the release; defaults to the object's first one."""
    create_namespace: NotRequired[pulumi.Input[bool]]
    """Whether Helm creates the namespace, and leaves it behind; defaults to False."""
    interval: NotRequired[pulumi.Input[str]]
    """How often the release is checked, a duration; defaults to "5m"."""
    timeout: NotRequired[pulumi.Input[str]]
    """Longest duration of one Helm action; defaults to "5m"."""
    wait: NotRequired[bool]
    """Whether an action ends only when all objects are healthy; defaults to True."""
    test: NotRequired[bool]
    """Whether Helm tests run; their failures are reported only. Defaults to False."""
    retries: NotRequired[pulumi.Input[int]]
    """Retries of a failed action, -1 without end; defaults to 3."""
    remediation: NotRequired[Remediation]
    """What undoes a failed upgrade; defaults to rollback."""
    crds: NotRequired[CrdsArgs]
    """What happens to the CRDs of the chart; by default they are created at first and replaced with each upgrade."""
    service_account_name: NotRequired[pulumi.Input[str]]
    """ServiceAccount in the namespace of Flux as which Helm acts; defaults to the controller's."""
    kube_config: NotRequired[KubeConfigArgs]
    """Another cluster to release in."""
    spec: NotRequired[Mapping[str, Any]]
    """Other fields of its spec as Flux's CRD has them; they are merged into what the inputs say."""
    suspend: NotRequired[bool]
    """Whether nothing is released for now; defaults to False."""
    max_history: NotRequired[pulumi.Input[int]]
    """Revisions to keep; defaults to 10."""
    depends_on: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of HelmReleases that must be Ready before."""


def helm_release(
    place: Place,
    source_kind: str,
    source_name: pulumi.Input[str],
    args: HelmReleaseArgs,
    wait_for: str | None = None,
) -> CustomObject:
    """Create a HelmRelease whose chart comes from a GitRepository or HelmRepository; that is not created here.

    The object is not awaited unless `wait_for` is given: the
    webhook does not depend on whether the application is healthy. Helm leaves CRDs behind, and a namespace that it
    created.

    A new name or namespace of the object moves no release: what `args` do not say of the release's name and namespaces
    stays as the state has it, so that the new object takes over the release of the old one.
    """
    release = {
        "releaseName": args.get("release_name", place.object_name),
        "targetNamespace": args.get("target_namespace", place.namespace),
        "storageNamespace": place.namespace,
    }
    said = {"releaseName": "release_name", "targetNamespace": "target_namespace"}
    kept = [f"spec.{each}" for each in release if said.get(each) not in args]
    return flux_object(
        place,
        "helm-release",
        HELM,
        "HelmRelease",
        merged({**release, **_spec(source_kind, source_name, args)}, args.get("spec", {})),
        wait_for=wait_for,
        timeout="15m",
        ignore_changes=kept,
    )


def _spec(
    source_kind: str,
    source_name: pulumi.Input[str],
    args: HelmReleaseArgs,
) -> dict[str, Any]:
    crds = args.get("crds", {})
    action = {"disableWait": not args.get("wait", True)}
    remediation = {"retries": args.get("retries", defaults.HELM_RETRIES)}
    undone_by = Remediation(args.get("remediation", defaults.REMEDIATION))
    drift_detection = DriftDetection(args.get("drift_detection", defaults.DRIFT_DETECTION))
    return without_empty(
        **chart_of(source_kind, source_name, args),
        interval=args.get("interval", defaults.DELIVERY_INTERVAL),
        timeout=args.get("timeout", defaults.HELM_TIMEOUT),
        maxHistory=args.get("max_history", defaults.HELM_MAX_HISTORY),
        install={
            **action,
            "crds": CrdsPolicy(crds.get("install", defaults.CRDS_AT_INSTALL)).value,
            "createNamespace": args.get("create_namespace", False),
            "remediation": remediation,
        },
        upgrade={
            **action,
            "crds": CrdsPolicy(crds.get("upgrade", defaults.CRDS_AT_UPGRADE)).value,
            "cleanupOnFail": True,
            "remediation": {
                **remediation,
                "remediateLastFailure": True,
                # Flux's own default is not written.
                **({"strategy": "uninstall"} if undone_by is Remediation.UNINSTALL else {}),
            },
        },
        test={"enable": True, "ignoreFailures": True, "timeout": "1m"} if args.get("test") else {},
        driftDetection={"mode": drift_detection.value},
        dependsOn=[{"name": each} for each in args.get("depends_on", ())],
        values=dict(args.get("values", {})),
        valuesFrom=[
            without_empty(
                kind=ValuesKind(each["kind"]).value,
                name=each["name"],
                valuesKey=each.get("values_key"),
                targetPath=each.get("target_path"),
                optional=each.get("optional") or None,
            )
            for each in args.get("values_from", ())
        ],
        postRenderers=[dict(each) for each in args.get("post_renderers", ())],
        serviceAccountName=args.get("service_account_name"),
        kubeConfig=kube_config(args.get("kube_config")),
        suspend=args.get("suspend") or None,
    )
