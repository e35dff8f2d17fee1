"""Faults of Kustomizations and HelmReleases, and of the controllers that deliver them."""

from collections.abc import Iterator

from components.rules import flux
from settings.models.delivery import HelmRelease
from settings.models.settings import PROJECT, Entry, Settings


def delivery_faults(settings: Settings) -> Iterator[str]:
    """Yield what could not be delivered."""
    yield from _controller_faults(settings)
    for entry in settings.entries:
        yield from (f"{entry.path}.{fault}" for fault in _faults_of(entry))
        if release := entry.application.helm_release:
            path = f"{entry.path}.helmRelease"
            yield from (f"{path}.{fault}" for fault in _chart_faults(release, settings))
            # The environment of a pull request has a fault of its own for it.
            name = entry.application.release_name or ""
            if len(name) > flux.RELEASE_NAME_LENGTH and not settings.stack.ephemeral:
                yield (
                    f"{path}.releaseName: has {len(name)} characters,"
                    f" Helm takes {flux.RELEASE_NAME_LENGTH}; write a shorter one"
                )


def _controller_faults(settings: Settings) -> Iterator[str]:
    instance, applications = settings.stack.flux_instance, settings.applications
    if instance is None:
        return
    automated = any(app.automated for app in applications)
    used = {
        "source-controller": True,
        "notification-controller": True,
        "kustomize-controller": any(not app.helm_release for app in applications),
        "helm-controller": bool(settings.stack.monitoring)
        or any(app.helm_release for app in applications),
        "image-reflector-controller": automated,
        "image-automation-controller": automated,
    }
    missing = [name for name in used if used[name] and name not in instance.components]
    if missing:
        yield (
            f"{PROJECT}:fluxInstance.components: lacks controllers that the stack uses;"
            f" add {', '.join(missing)}"
        )


def _faults_of(entry: Entry) -> Iterator[str]:
    app = entry.application
    if {"helmRelease", "kustomization"} <= entry.keys:
        yield "helmRelease: stands beside kustomization; write one of them"
    key = "helmRelease" if app.helm_release else "kustomization"
    if app.name in (app.helm_release or app.kustomization).depends_on:
        yield f"{key}.dependsOn: names itself; remove `{app.name}`"
    if app.create_namespace and not app.target_namespace:
        yield f"createNamespace: has no namespace to create; write {key}.targetNamespace"


def _chart_faults(release: HelmRelease, settings: Settings) -> Iterator[str]:
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
