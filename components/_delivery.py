"""Delivery of an application: a Kustomization or a HelmRelease of its source."""

import pulumi

from components import contents
from components._secrets import ClusterSecrets
from components.config import secret
from components.helm_release import HelmRelease
from components.helm_repository import HelmRepository
from components.kustomization import Kustomization
from components.values import Application, Stack
from components.values.helm import HelmRelease as Release

Sources = dict[str, pulumi.Output[str]]
"""Names of Flux sources by their kind."""


def deliver(
    name: str,
    app: Application,
    source_name: pulumi.Output[str],
    secrets: ClusterSecrets,
    stack: Stack,
    target_namespace: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> tuple[Kustomization | HelmRelease, Sources]:
    """What applies the application, and the sources that it follows."""
    sources: Sources = {"GitRepository": source_name}
    if app.helm_release:
        sources = sources | _chart_source(name, app, app.helm_release, secrets, stack, opts)
        return _release(
            name, app, app.helm_release, secrets, sources, target_namespace, opts
        ), sources
    spec = app.kustomization
    return Kustomization(
        name,
        {
            "object_name": app.name,
            "namespace": secrets.namespace,
            "source_name": source_name,
            "path": spec.path,
            "interval": spec.interval,
            "retry_interval": spec.retry_interval,
            "prune": spec.prune,
            "force": spec.force,
            "wait": spec.wait,
            "target_namespace": target_namespace,
            "depends_on": spec.depends_on,
        },
        opts,
    ), sources


def _chart_source(
    name: str,
    app: Application,
    release: Release,
    secrets: ClusterSecrets,
    stack: Stack,
    opts: pulumi.ResourceOptions,
) -> Sources:
    """The HelmRepository of a chart that is not the application's own."""
    repository = release.repository
    if repository is None:
        return {}
    secret_name = None
    if repository.username and (token := secret(stack.chart_token)):
        kept = {"token": secrets.keep("chart-token", stack.chart_token_parameter(app), token)}
        secret_name = secrets.sync("helm", kept, contents.basic_auth(repository.username))
    made = HelmRepository(
        name,
        {
            "object_name": app.name,
            "namespace": secrets.namespace,
            "url": repository.url,
            "interval": repository.interval,
            "secret_name": secret_name,
        },
        opts,
    )
    return {"HelmRepository": made.object_name}


def _release(
    name: str,
    app: Application,
    release: Release,
    secrets: ClusterSecrets,
    sources: Sources,
    target_namespace: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> HelmRelease:
    kind = "HelmRepository" if release.repository else "GitRepository"
    return HelmRelease(
        name,
        {
            "object_name": app.name,
            "namespace": secrets.namespace,
            "source_kind": kind,
            "source_name": sources[kind],
            "chart": release.chart,
            "version": release.version,
            "values_files": release.values_files,
            "values": release.values,
            "values_from": [
                each.model_dump(by_alias=True, exclude_defaults=True)
                for each in release.values_from
            ],
            "post_renderers": release.post_renderers,
            "drift_detection": release.drift_detection,
            "release_name": app.release_name,
            "target_namespace": target_namespace,
            "interval": release.interval,
            "timeout": release.timeout,
            "wait": release.wait,
            "test": release.test,
            "retries": release.retries,
            "max_history": release.max_history,
            "depends_on": release.depends_on,
        },
        opts,
    )
