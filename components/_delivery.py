"""Delivery of an application: a Kustomization or a HelmRelease of its source."""

import pulumi

from components import contents, values
from components._secrets import ClusterSecrets
from components.config import secret
from components.helm_release import HelmRelease
from components.helm_repository import HelmRepository
from components.kustomization import Kustomization

Sources = dict[str, pulumi.Output[str]]
"""Names of Flux sources by their kind."""


def deliver(
    name: str,
    app: values.Application,
    source_name: pulumi.Output[str],
    secrets: ClusterSecrets,
    stack: values.Stack,
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
    return Kustomization(
        name,
        {
            "object_name": app.name,
            "namespace": secrets.namespace,
            "source_name": source_name,
            "kustomization": app.kustomization,
            "target_namespace": target_namespace,
        },
        opts,
    ), sources


def _chart_source(
    name: str,
    app: values.Application,
    release: values.HelmRelease,
    secrets: ClusterSecrets,
    stack: values.Stack,
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
            "helm_repository": repository,
            "secret_name": secret_name,
        },
        opts,
    )
    return {"HelmRepository": made.object_name}


def _release(
    name: str,
    app: values.Application,
    release: values.HelmRelease,
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
            "helm_release": release,
            "target_namespace": target_namespace,
        },
        opts,
    )
