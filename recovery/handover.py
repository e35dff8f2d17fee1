"""Hands what an application runs over from one Kustomization or HelmRelease to the next one.

A new `name` or `namespace` creates another object for the same application, and then deletes the former one. That would
delete what it has applied, or uninstall its release. A suspended one does neither, so it is suspended before the next
one is created. A former object that no other follows is deleted as ever, with all that it has applied.

Source: kustomize-controller `internal/controller/kustomization_controller.go`, "finalizerShouldDeleteResources";
helm-controller `internal/controller/helmrelease_controller.go`, "reconcileDelete".
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from components.rules import flux
from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery.cluster import NO_ANSWER, Cluster, Metadata
from settings.models.settings import Settings

HANDED_OVER = "fluxhook/handed-over-to"
"""Annotation of a suspended object: `namespace/name` of the one that follows it."""
DELIVERIES = {"Kustomization": flux.KUSTOMIZE, "HelmRelease": flux.HELM}
"""Kinds that delete what they have applied when they are deleted."""


class Handover:
    """Finds the former object of an application, whatever its name and namespace."""

    def __init__(self, settings: Settings, cluster: Cluster, stack: str) -> None:
        """`stack` is the identity of the stack, which its objects carry."""
        self._settings, self._cluster, self._stack = settings, cluster, stack

    def take_over(self, _name: str, inputs: Mapping[str, Any]) -> str | None:
        """Suspend the former objects of the application whose Kustomization or HelmRelease is about to be created."""
        kind, wanted = inputs["kind"], inputs["metadata"]
        component = wanted.get("annotations", {}).get(COMPONENT_ANNOTATION, "")
        place = wanted.get("namespace", ""), wanted["name"]
        following = "/".join(place)
        for found in self._objects(kind, place[0], warn=True):
            if self._is_former(found, place, component):
                self._suspend(kind, found, following)
                return f"{following} takes over what {_place(found)} runs"
        return None

    def release(self, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return name and namespaces of the release that the HelmRelease with this metadata has, or its former one has.

        Empty when there is neither. A release stays what and where it is: another name or namespace would be another
        release, and Helm would install that one beside it.
        """
        component = wanted.get("annotations", {}).get(COMPONENT_ANNOTATION, "")
        place = wanted.get("namespace", ""), wanted["name"]
        found = self._objects("HelmRelease", place[0])
        same = [each for each in found if self._is_ours(each) and _place(each) == "/".join(place)]
        former = [each for each in found if self._is_former(each, place, component)]
        for each in same + former:
            place = each["namespace"], each["name"]
            spec = (self._cluster.whole(flux.HELM, "HelmRelease", *place) or each)["spec"]
            return {
                "releaseName": spec["releaseName"],
                "targetNamespace": spec.get("targetNamespace", each["namespace"]),
                "storageNamespace": spec.get("storageNamespace", each["namespace"]),
            }
        return {}

    def begin(self) -> None:
        """Say which markers must change; in an update, resume what an earlier one suspended and never replaced."""
        for line in self.markers():
            pulumi.log.warn(line)
        if not pulumi.runtime.is_dry_run():
            self.take_back()

    def take_back(self) -> None:
        """Resume what an `up` suspended for a successor that was never created, and that the stack wants again."""
        namespace = self._settings.stack.namespace
        wanted = {app.name for app in self._settings.applications}
        for kind, version in DELIVERIES.items():
            for found in self._cluster.listed(version, kind, namespace):
                following = (found.get("annotations") or {}).get(HANDED_OVER)
                if found["name"] not in wanted or not following or not self._is_ours(found):
                    continue
                place, _, name = following.partition("/")
                if self._cluster.metadata(version, kind, place, name) is None:
                    change = {
                        "metadata": {"annotations": {HANDED_OVER: None}},
                        "spec": {"suspend": None},
                    }
                    self._cluster.patch(version, kind, namespace, found["name"], change)

    def markers(self) -> Iterator[str]:
        """Yield a line for each application whose image policy gets another name: it stands in the repository, too."""
        namespace = self._settings.stack.namespace
        automated = [app for app in self._settings.applications if app.automated]
        for found in self._objects("ImagePolicy", namespace) if automated else ():
            for app in automated:
                if self._is_former(found, (namespace, app.name), app.repository):
                    yield (
                        f"{app.repository}: its ImagePolicy {_place(found)} becomes {namespace}/{app.name}. In the"
                        f' repository, write {{"$imagepolicy": "{namespace}:{app.name}"}} where the markers name'
                        f" {found['namespace']}:{found['name']}; until then no new image tag is committed"
                    )

    def _objects(self, kind: str, namespace: str, *, warn: bool = False) -> list[Metadata]:
        version = DELIVERIES.get(kind, flux.IMAGE)
        found = self._cluster.everywhere(version, kind)
        if found is not None:
            return found
        if warn:
            pulumi.log.warn(
                f"no right to list every {kind}: one in another namespace than {namespace} hands nothing over, and"
                " deletes what it has applied if the stack deletes it"
            )
        return self._cluster.listed(version, kind, namespace)

    def _is_ours(self, found: Metadata) -> bool:
        return (found.get("annotations") or {}).get(STACK_ANNOTATION) == self._stack

    def _is_former(self, found: Metadata, place: tuple[str, str], component: str) -> bool:
        """Whether an object is of the same application, and not the one at `place` itself."""
        same = {component} | {
            app.formerly
            for app in self._settings.applications
            if app.repository == component and app.formerly
        }
        return (
            self._is_ours(found)
            and (found.get("annotations") or {}).get(COMPONENT_ANNOTATION) in same
            and (found["namespace"], found["name"]) != place
        )

    def _suspend(self, kind: str, found: Metadata, following: str) -> None:
        namespace, name = found["namespace"], found["name"]
        if kind == "HelmRelease":
            # A suspended one leaves its HelmChart behind; so the garbage collector deletes that.
            owner = {"apiVersion": flux.HELM, "kind": kind, "name": name, "uid": found["uid"]}
            change: dict[str, Any] = {"metadata": {"ownerReferences": [owner]}}
            chart = f"{namespace}-{name}"
            try:
                self._cluster.patch(flux.SOURCE, "HelmChart", namespace, chart, change)
            except NO_ANSWER as error:
                told = f"the HelmChart {namespace}/{chart} stays behind ({type(error).__name__})"
                pulumi.log.warn(f"{told}: delete it by hand")
        change = {
            "metadata": {"annotations": {HANDED_OVER: following}},
            "spec": {"suspend": True},
        }
        self._cluster.patch(DELIVERIES[kind], kind, namespace, name, change)


def _place(found: Metadata) -> str:
    return f"{found['namespace']}/{found['name']}"
