"""One delivery: a Kustomization, or a HelmRelease with the HelmRepository of a foreign chart."""

from typing import NotRequired, TypedDict

import pulumi

from components.application.image import ImageOptions
from components.flux.helm_release import HelmReleaseArgs, helm_release
from components.flux.helm_repository import HelmRepositoryArgs, helm_repository
from components.flux.kustomization import KustomizationArgs, kustomization
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.secrets.data import basic_auth
from components.secrets.secrets import Secrets


class DeliveryArgs(TypedDict):
    """One of several deliveries of a repository."""

    name: str
    """Name of its Kustomization or HelmRelease; no other delivery in the namespace of Flux has it."""
    kustomization: NotRequired[KustomizationArgs]
    """What is applied, and how; by default all manifests of the root."""
    helm_release: NotRequired[HelmReleaseArgs]
    """A Helm release in place of the Kustomization."""
    image: NotRequired[ImageOptions]
    """The container image, when the delivery has one of its own."""


class Delivery:
    """What applies one delivery, and where its charts come from."""

    applied_by: CustomObject
    """The Kustomization or the HelmRelease."""
    charts: pulumi.Output[str] | None = None
    """Name of the HelmRepository of a foreign chart."""
    path: str = defaults.PATH
    """Directory that is delivered: of the overlay or the chart; the root for a chart from elsewhere."""

    def __init__(
        self,
        place: Place,
        owner: str,
        source_name: pulumi.Input[str],
        args: DeliveryArgs,
        secrets: Secrets,
    ) -> None:
        """Create it; `owner` begins its SSM names, such as `owner/name`, and `source_name` is its GitRepository."""
        release = args.get("helm_release")
        if release is None:
            overlay = args.get("kustomization", {})
            self.path = overlay.get("path", defaults.PATH)
            self.applied_by = kustomization(place, source_name, overlay)
        elif charts := release.get("repository"):
            secret_name = _chart_secret(place, owner, charts, secrets)
            self.charts = helm_repository(place, secret_name, charts).object_name
            self.applied_by = helm_release(place, "HelmRepository", self.charts, release)
        else:
            self.path = release.get("chart", defaults.PATH)
            self.applied_by = helm_release(place, "GitRepository", source_name, release)


def _chart_secret(
    place: Place, owner: str, charts: HelmRepositoryArgs, secrets: Secrets
) -> pulumi.Output[str] | None:
    user, password = charts.get("username"), charts.get("password")
    if user is None or password is None:
        return None
    parameter = charts.get("parameter") or parameter_names.chart_token(secrets.prefix, owner)
    token = secrets.store("chart-token", parameter, password)
    return secrets.into_cluster(place, "helm", {"token": token}, basic_auth(user))
