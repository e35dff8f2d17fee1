"""Delivery by a HelmRelease: a chart, its values, and what happens after a failed action."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.flux.helm_repository import HelmRepositoryArgs
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.choices import DriftDetection, ValuesKind
from components.rules.flux import HELM
from components.rules.kubernetes import without_empty


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


class HelmReleaseArgs(TypedDict):
    """A HelmRelease. Source: helm-controller `docs/spec/v2/helmreleases.md`."""

    chart: str
    """Directory of the chart in the application repository, beginning with `./`, or its name in `repository`."""
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

    CRDs are created at first and replaced with each upgrade. The object is not awaited unless `wait_for` is given: the
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
        {**release, **_spec(source_kind, source_name, args)},
        wait_for=wait_for,
        timeout="15m",
        ignore_changes=kept,
    )


def _spec(
    source_kind: str,
    source_name: pulumi.Input[str],
    args: HelmReleaseArgs,
) -> dict[str, Any]:
    # A chart from Git follows each commit, not its version alone.
    strategy = "Revision" if source_kind == "GitRepository" else "ChartVersion"
    chart = without_empty(
        chart=args["chart"],
        version=args.get("version"),
        sourceRef={"kind": source_kind, "name": source_name},
        valuesFiles=list(args.get("values_files", ())),
        reconcileStrategy=strategy,
    )
    action = {"disableWait": not args.get("wait", True)}
    remediation = {"retries": args.get("retries", defaults.HELM_RETRIES)}
    drift_detection = DriftDetection(args.get("drift_detection", defaults.DRIFT_DETECTION))
    return without_empty(
        chart={"spec": chart},
        interval=args.get("interval", defaults.DELIVERY_INTERVAL),
        timeout=args.get("timeout", defaults.HELM_TIMEOUT),
        maxHistory=args.get("max_history", defaults.HELM_MAX_HISTORY),
        install={
            **action,
            "crds": "Create",
            "createNamespace": args.get("create_namespace", False),
            "remediation": remediation,
        },
        upgrade={
            **action,
            "crds": "CreateReplace",
            "cleanupOnFail": True,
            "remediation": {**remediation, "remediateLastFailure": True},
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
    )
