"""The delivery by Helm: a chart, its values, and what becomes of a failed action."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_HELM, given

DEFAULT_INTERVAL = "5m"
DEFAULT_TIMEOUT = "5m"
WAIT = pulumi.CustomTimeouts(create="15m", update="15m")


class HelmReleaseArgs(TypedDict):
    """Inputs of a HelmRelease."""

    object_name: pulumi.Input[str]
    """Name of the object."""
    namespace: pulumi.Input[str]
    """Namespace of the object and of its source."""
    source_kind: str
    """`GitRepository` or `HelmRepository`."""
    source_name: pulumi.Input[str]
    """Name of the source."""
    chart: pulumi.Input[str]
    """Directory of the chart in a GitRepository, its name in a HelmRepository."""
    version: NotRequired[str | None]
    """Version or range of a chart in a HelmRepository; defaults to the newest."""
    values_files: NotRequired[Sequence[str]]
    """Values files in the chart; the last one wins. Defaults to its values.yaml."""
    values: NotRequired[Mapping[str, Any]]
    """Values of the release."""
    values_from: NotRequired[Sequence[Mapping[str, Any]]]
    """ConfigMaps and Secrets with values, as `spec.valuesFrom`."""
    post_renderers: NotRequired[Sequence[Mapping[str, Any]]]
    """Changes to what the chart renders, as `spec.postRenderers`."""
    drift_detection: NotRequired[str]
    """`enabled`, `warn` or `disabled`; defaults to enabled."""
    release_name: NotRequired[str | None]
    """Name of the release; defaults to the object's."""
    target_namespace: NotRequired[pulumi.Input[str] | None]
    """Namespace of the release; defaults to the object's."""
    create_namespace: NotRequired[bool]
    """Whether Helm makes the namespace, and leaves it behind; defaults to False."""
    interval: NotRequired[str]
    """How often the release is checked, a duration; defaults to "5m"."""
    timeout: NotRequired[str]
    """Longest duration of one Helm action; defaults to "5m"."""
    wait: NotRequired[bool]
    """Whether an action ends only when every object is healthy; defaults to True."""
    test: NotRequired[bool]
    """Whether Helm tests run, failures told only; defaults to False."""
    retries: NotRequired[int]
    """Retries of a failed action; defaults to 3, -1 is for ever."""
    max_history: NotRequired[int]
    """Revisions to keep; defaults to 10."""
    depends_on: NotRequired[Sequence[str]]
    """Names of HelmReleases of the same namespace that must be Ready before."""
    awaited: NotRequired[bool]
    """Whether this is done only when the release is Ready, within 15 minutes; defaults to False."""


class HelmRelease(pulumi.ComponentResource):
    """One HelmRelease; CRDs are created at first and replaced with every upgrade.

    Not awaited unless asked: whether the application is healthy is not the concern of its webhook. A chart from Git
    follows every commit, not its version alone. Helm leaves CRDs behind, and a namespace that it made.

    Source: helm-controller `docs/spec/v2/helmreleases.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the object; known once it exists, or is Ready when awaited."""

    def __init__(
        self, name: str, args: HelmReleaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the HelmRelease."""
        super().__init__("fluxhook:index:HelmRelease", name, {}, opts)
        awaited = {"pulumi.com/waitFor": "condition=Ready"} if args.get("awaited") else {}
        release = CustomResource(
            f"{name}-helm-release",
            api_version=FLUX_HELM,
            kind="HelmRelease",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": {**DELETED_BY_FLUX, **awaited},
            },
            spec=_spec(args),
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.object_name = after(release, args["object_name"])
        self.register_outputs({"object_name": self.object_name})


def _spec(args: HelmReleaseArgs) -> dict[str, Any]:
    retries, waits = args.get("retries", 3), args.get("wait", True)
    action = {"disableWait": not waits}
    from_git = args["source_kind"] == "GitRepository"
    chart = given(
        chart=args["chart"],
        version=args.get("version"),
        sourceRef={"kind": args["source_kind"], "name": args["source_name"]},
        valuesFiles=list(args.get("values_files", ())),
        reconcileStrategy="Revision" if from_git else "ChartVersion",
    )
    return given(
        chart={"spec": chart},
        interval=args.get("interval", DEFAULT_INTERVAL),
        timeout=args.get("timeout", DEFAULT_TIMEOUT),
        releaseName=args.get("release_name") or args["object_name"],
        targetNamespace=args.get("target_namespace"),
        maxHistory=args.get("max_history", 10),
        install={
            **action,
            "crds": "Create",
            "createNamespace": args.get("create_namespace", False),
            "remediation": {"retries": retries},
        },
        upgrade={
            **action,
            "crds": "CreateReplace",
            "cleanupOnFail": True,
            "remediation": {"retries": retries, "remediateLastFailure": True},
        },
        test={"enable": True, "ignoreFailures": True, "timeout": "1m"} if args.get("test") else {},
        driftDetection={"mode": args.get("drift_detection", "enabled")},
        dependsOn=[{"name": each} for each in args.get("depends_on", ())],
        values=dict(args.get("values", {})),
        valuesFrom=[dict(each) for each in args.get("values_from", ())],
        postRenderers=[dict(each) for each in args.get("post_renderers", ())],
    )
