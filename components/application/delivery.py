"""Delivery of an application by Helm, and what is delivered at all."""

import pulumi

from components.flux.helm_release import HelmReleaseArgs, helm_release
from components.flux.helm_repository import HelmRepositoryArgs, helm_repository
from components.flux.kustomization import KustomizationArgs, kustomization
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.secrets.data import basic_auth
from components.secrets.secrets import Secrets


class Delivery:
    """What applies an application: a Kustomization, or a HelmRelease with the HelmRepository of a foreign chart."""

    applied_by: CustomObject
    """The Kustomization or the HelmRelease."""
    sources: dict[str, pulumi.Input[str]]
    """Names of all its Flux sources by kind."""
    path: str
    """Directory that is delivered: of the overlay or the chart; the root for a chart from elsewhere."""

    def __init__(
        self,
        place: Place,
        repository: str,
        source_name: pulumi.Output[str],
        overlay: KustomizationArgs,
        release: HelmReleaseArgs | None,
        secrets: Secrets,
    ) -> None:
        """Create it; `repository` is `owner/name`, `source_name` is its GitRepository, `release` replaces `overlay`."""
        self.sources = {"GitRepository": source_name}
        if release is None:
            self.path = overlay.get("path", defaults.PATH)
            self.applied_by = kustomization(place, source_name, overlay)
        elif charts := release.get("repository"):
            secret_name = _chart_secret(place, repository, charts, secrets)
            chart_source = helm_repository(place, secret_name, charts).object_name
            self.sources["HelmRepository"] = chart_source
            self.path = defaults.PATH
            self.applied_by = helm_release(place, "HelmRepository", chart_source, release)
        else:
            self.path = release["chart"]
            self.applied_by = helm_release(place, "GitRepository", source_name, release)


def _chart_secret(
    place: Place, repository: str, charts: HelmRepositoryArgs, secrets: Secrets
) -> pulumi.Output[str] | None:
    user, password = charts.get("username"), charts.get("password")
    if user is None or password is None:
        return None
    parameter = charts.get("parameter") or parameter_names.chart_token(secrets.prefix, repository)
    token = secrets.store("chart-token", parameter, password)
    return secrets.into_cluster(place, "helm", {"token": token}, basic_auth(user))
