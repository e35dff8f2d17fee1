"""Faults of Kustomizations and HelmReleases, and of the controllers that deliver them."""

from collections.abc import Iterator

from components.rules import flux
from settings.models.application import OWN_DELIVERY, Application
from settings.models.delivery import Delivery
from settings.models.helm_release import HelmRelease
from settings.models.settings import PROJECT, Entry, Settings

IN_PARTS = {"driftDetection", "test"}
"""Fields of which a key says a part, and `spec` may say the rest."""
MADE = ("sourceRef", "storageNamespace")


def delivery_faults(settings: Settings) -> Iterator[str]:
    """Yield what could not be delivered."""
    yield from _controller_faults(settings)
    for entry in settings.entries:
        yield from _list_faults(entry)
        for path, each in entry.deliveries:
            yield from (f"{path}.{fault}" for fault in _faults_of(each))
            if each.helm_release:
                faults = _release_faults(each, each.helm_release, settings)
                yield from (f"{path}.helmRelease.{fault}" for fault in faults)


def _controller_faults(settings: Settings) -> Iterator[str]:
    instance, applications = settings.stack.flux_instance, settings.applications
    if instance is None:
        return
    automated = any(app.automated for app in applications)
    kinds = {each.kind for app in applications for each in app.delivered}
    used = {
        "source-controller": True,
        "notification-controller": True,
        "kustomize-controller": "Kustomization" in kinds,
        "helm-controller": bool(settings.stack.monitoring) or "HelmRelease" in kinds,
        "image-reflector-controller": automated,
        "image-automation-controller": automated,
    }
    missing = [name for name in used if used[name] and name not in instance.components]
    if missing:
        yield (
            f"{PROJECT}:fluxInstance.components: lacks controllers that the stack uses;"
            f" add {', '.join(missing)}"
        )


def _list_faults(entry: Entry) -> Iterator[str]:
    keys = [str(Application.model_fields[name].alias) for name in OWN_DELIVERY]
    beside = [key for key in keys if key in entry.keys]
    if entry.application.deliveries and beside:
        told = " and ".join(beside)
        yield f"{entry.path}.deliveries: stands beside {told}; write what belongs to a delivery in the list"


def _faults_of(delivery: Delivery) -> Iterator[str]:
    if {"helm_release", "kustomization"} <= delivery.model_fields_set:
        yield "helmRelease: stands beside kustomization; write one of them"
    yield from _spec_faults(delivery)
    if delivery.name in delivery.applied_by.depends_on:
        yield f"{delivery.key}.dependsOn: names itself; remove `{delivery.name}`"
    if delivery.kustomization.wait and delivery.kustomization.health_checks:
        yield "kustomization.healthChecks: are ignored while wait is true; remove one of them"
    if delivery.create_namespace and not delivery.target_namespace:
        yield f"createNamespace: has no namespace to create; write {delivery.key}.targetNamespace"


def _spec_faults(delivery: Delivery) -> Iterator[str]:
    applied_by = delivery.applied_by
    typed = {str(field.alias) for field in type(applied_by).model_fields.values()} - IN_PARTS
    for key in applied_by.spec:
        if key in typed:
            yield f"{delivery.key}.spec.{key}: has a key of its own; write {delivery.key}.{key}"
        elif key in MADE:
            yield f"{delivery.key}.spec.{key}: is made; remove it"


def _release_faults(delivery: Delivery, release: HelmRelease, settings: Settings) -> Iterator[str]:
    yield from _chart_faults(release, settings)
    # The environment of a pull request has a fault of its own for it.
    name = delivery.release_name or ""
    if len(name) > flux.RELEASE_NAME_LENGTH and not settings.stack.ephemeral:
        yield (
            f"releaseName: has {len(name)} characters,"
            f" Helm takes {flux.RELEASE_NAME_LENGTH}; write a shorter one"
        )


def _chart_faults(release: HelmRelease, settings: Settings) -> Iterator[str]:
    if release.chart_ref:
        beside = {"chart", "version", "repository", "values_files"} & release.model_fields_set
        keys = sorted(str(HelmRelease.model_fields[each].alias) for each in beside)
        yield from (f"{key}: is of no use beside chartRef; remove one of them" for key in keys)
        return
    if release.chart is None:
        yield "chart: is missing; write its directory, or its name in `repository`, or `chartRef`"
        return
    charts, in_git = release.repository, release.chart.startswith("./")
    if not charts and not in_git:
        yield "repository: is missing for a chart by name; write it, or a directory that begins with ./"
    if charts and in_git:
        yield "chart: is a directory, which a Helm repository does not have; write the chart's name"
    if not charts and in_git and release.version:
        yield "version: is of no use for a directory, which has one version; remove it"
    if charts and charts.username and "chartToken" not in settings.keys:
        yield (
            f"repository.username: needs {PROJECT}:chartToken;"
            f" run {settings.set_secret('chartToken')}, or remove it"
        )
    if charts and charts.parameter and not charts.username:
        yield "repository.parameter: is of no use without a username; remove it, or write `username`"
