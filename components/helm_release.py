"""The delivery by Helm: a chart, its values, and what becomes of a failed action."""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import values
from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_HELM, given

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
    helm_release: values.HelmRelease
    """What is released, and how; its Helm repository is not made here."""
    target_namespace: NotRequired[pulumi.Input[str] | None]
    """Namespace of the release, where it is made in the same stack; defaults to what `helm_release` says."""
    create_namespace: NotRequired[bool]
    """Whether Helm makes the namespace, and leaves it behind; defaults to False."""
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
    release = args["helm_release"]
    action = {"disableWait": not release.wait}
    remediation = {"retries": release.retries}
    from_git = args["source_kind"] == "GitRepository"
    chart = given(
        chart=release.chart,
        version=release.version,
        sourceRef={"kind": args["source_kind"], "name": args["source_name"]},
        valuesFiles=list(release.values_files),
        reconcileStrategy="Revision" if from_git else "ChartVersion",
    )
    return given(
        chart={"spec": chart},
        interval=release.interval,
        timeout=release.timeout,
        releaseName=release.release_name or args["object_name"],
        targetNamespace=args.get("target_namespace", release.target_namespace),
        maxHistory=release.max_history,
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
        test={"enable": True, "ignoreFailures": True, "timeout": "1m"} if release.test else {},
        driftDetection={"mode": release.drift_detection},
        dependsOn=[{"name": each} for each in release.depends_on],
        values=release.values,
        valuesFrom=[
            each.model_dump(by_alias=True, exclude_defaults=True) for each in release.values_from
        ],
        postRenderers=list(release.post_renderers),
    )
