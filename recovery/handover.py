"""Hands what an application runs over from one Kustomization or HelmRelease to the next one.

A new `name` or `namespace` creates another object for the same application, and then deletes the former one. That would
delete what it has applied, or uninstall its release. A suspended one does neither, so it is suspended before the next
one is created. A former object that no other follows is deleted as ever, with all that it has applied.

An object follows another of the same component; in a list of deliveries also one that has left the list, with the same
directory or chart, and the same target namespace.

Source: kustomize-controller `internal/controller/kustomization_controller.go`, "finalizerShouldDeleteResources";
helm-controller `internal/controller/helmrelease_controller.go`, "reconcileDelete".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi

from components.rules import flux
from components.rules.kubernetes import COMPONENT_ANNOTATION, STACK_ANNOTATION
from recovery.cluster import NO_ANSWER, Cluster, Metadata
from recovery.ownership import entry_of
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
        """Suspend the former objects of the delivery whose Kustomization or HelmRelease is about to be created."""
        kind, wanted = inputs["kind"], inputs["metadata"]
        following = f"{wanted.get('namespace', '')}/{wanted['name']}"
        for found in self._former(kind, wanted, inputs.get("spec") or {}, warn=True):
            self._suspend(kind, found, following)
            return f"{following} takes over what {_place(found)} runs"
        return None

    def release(self, wanted: Mapping[str, Any], spec: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return name and namespaces of the release that the HelmRelease with this metadata has, or its former one has.

        `spec` has its chart, and the target namespace if the program says one. Empty when there is neither. A release
        stays what and where it is: another name or namespace would be another release, and Helm would install that one
        beside it.
        """
        place = f"{wanted.get('namespace', '')}/{wanted.get('name')}"
        found = self._objects("HelmRelease", wanted.get("namespace", ""))
        same = [each for each in found if self._is_ours(each) and _place(each) == place]
        for each in same or self._former("HelmRelease", wanted, spec, found):
            there = each["namespace"], each["name"]
            spec = (self._cluster.whole(flux.HELM, "HelmRelease", *there) or each)["spec"]
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
        for kind, version in DELIVERIES.items():
            for found in self._cluster.listed(version, kind, namespace):
                following = (found.get("annotations") or {}).get(HANDED_OVER)
                if not self._is_wanted(kind, found) or not following or not self._is_ours(found):
                    continue
                place, _, name = following.partition("/")
                if self._cluster.metadata(version, kind, place, name) is None:
                    change = {
                        "metadata": {"annotations": {HANDED_OVER: None}},
                        "spec": {"suspend": None},
                    }
                    self._cluster.patch(version, kind, namespace, found["name"], change)

    def markers(self) -> Iterator[str]:
        """Yield a line for each image policy that gets another name: it stands in the repository, too."""
        namespace, apps = self._settings.stack.namespace, self._settings.applications
        automated = [(app, each) for app in apps for each in app.delivered if each.automated]
        existing = self._objects("ImagePolicy", namespace) if automated else []
        for app, each in automated:
            annotations = {COMPONENT_ANNOTATION: app.component_of(each)}
            wanted = {"namespace": namespace, "name": each.name, "annotations": annotations}
            image = {"image": each.image and each.image.name}
            for found in self._former("ImagePolicy", wanted, image, existing):
                yield (
                    f"{app.repository}: its ImagePolicy {_place(found)} becomes {namespace}/{each.name}. In the"
                    f' repository, write {{"$imagepolicy": "{namespace}:{each.name}"}} where the markers name'
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

    def _is_wanted(self, kind: str, found: Metadata) -> bool:
        """Whether the stack has a delivery of which an object may be."""
        stack, apps = self._settings.stack, self._settings.applications
        names = {
            each.name
            for app in apps
            for each in app.delivered
            if (each.kind == kind if kind in DELIVERIES else each.automated)
        }
        return found["namespace"] == stack.namespace and found["name"] in names

    def _former(
        self,
        kind: str,
        wanted: Mapping[str, Any],
        spec: Mapping[str, Any],
        among: Sequence[Metadata] | None = None,
        *,
        warn: bool = False,
    ) -> Iterator[Metadata]:
        """Yield the objects that the one with the metadata `wanted` follows."""
        component = wanted.get("annotations", {}).get(COMPONENT_ANNOTATION, "")
        place = wanted.get("namespace", ""), wanted.get("name")
        existing = self._objects(kind, place[0], warn=warn) if among is None else among
        for found in existing:
            other = (found.get("annotations") or {}).get(COMPONENT_ANNOTATION, "")
            if (found["namespace"], found["name"]) == place or not self._is_ours(found):
                continue
            if self._is_wanted(kind, found):
                continue
            same = self._today(other) == component
            of_entry = entry_of(self._today(other)) == entry_of(component)
            if same or (of_entry and self._delivers(kind, found, spec)):
                yield found

    def _today(self, component: str) -> str:
        """Return what a component is called today, whose repository was perhaps renamed."""
        for app in self._settings.applications:
            if app.former_key and entry_of(component) == app.former_key:
                return f"{app.key}{component.removeprefix(app.former_key)}"
        return component

    def _delivers(self, kind: str, found: Metadata, spec: Mapping[str, Any]) -> bool:
        """Whether an object delivers what `spec` does."""
        version, place = DELIVERIES.get(kind, flux.IMAGE), (found["namespace"], found["name"])
        holder = "ImageRepository" if kind == "ImagePolicy" else kind
        theirs = (self._cluster.whole(version, holder, *place) or {}).get("spec") or {}
        if kind == "HelmRelease":
            target = spec.get("targetNamespace", theirs.get("targetNamespace"))
            return _chart(spec) == _chart(theirs) and target == theirs.get("targetNamespace")
        if kind == "ImagePolicy":
            return bool(theirs.get("image") == spec["image"])
        return all(theirs.get(key) == spec.get(key) for key in ("path", "targetNamespace"))

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


def _chart(release: Mapping[str, Any]) -> object:
    return release.get("chartRef") or release.get("chart", {}).get("spec", {}).get("chart")
