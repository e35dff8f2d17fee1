"""Delivery by a HelmRelease."""

from typing import Annotated, Any

from pydantic import Field

from components.rules import defaults
from components.rules.choices import (
    ChartKind,
    CrdsPolicy,
    DriftDetection,
    Remediation,
    ValuesKind,
)
from settings.models.group import Group
from settings.models.remote import KubeConfig
from settings.models.types import (
    ChartUrl,
    DataKey,
    Duration,
    Name,
    ObjectName,
    ParameterName,
    ReleaseName,
    Text,
)


class HelmRepository(Group):
    """The Helm repository of a chart that is not in the application repository."""

    url: ChartUrl = Field(description="URL of the Helm repository: https:// or oci://")
    username: str | None = Field(
        default=None, description="user of a private repository; its password is `chartToken`"
    )
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name of the password, in place of"
        " `<parameterPrefix>/<owner>/<repository>/chart-token`",
    )
    interval: Duration = Field(
        default=defaults.CHART_INTERVAL, description="how often Flux looks for new charts"
    )


class ValuesFrom(Group):
    """Values from a ConfigMap or Secret in the namespace of Flux."""

    kind: ValuesKind = Field(description="kind of the object")
    name: Annotated[Text, Field(max_length=253)] = Field(description="name of the object")
    values_key: DataKey | None = Field(
        default=None, description="key in the object; values.yaml by default"
    )
    target_path: Annotated[Text, Field(max_length=250)] | None = Field(
        default=None, description="value to set, such as image.tag"
    )
    optional: bool = Field(default=False, description="whether the object may be missing")


class ChartRef(Group):
    """An object in the namespace of Flux that has the chart."""

    kind: ChartKind = Field(description="kind of the object")
    name: ObjectName = Field(description="name of the object")


class Crds(Group):
    """What Helm does with the CRDs of the chart."""

    install: CrdsPolicy = Field(
        default=CrdsPolicy(defaults.CRDS_AT_INSTALL), description="at the installation"
    )
    upgrade: CrdsPolicy = Field(
        default=CrdsPolicy(defaults.CRDS_AT_UPGRADE), description="at an upgrade"
    )


class HelmRelease(Group):
    """The HelmRelease of an application.

    Source: helm-controller `docs/spec/v2/helmreleases.md`.
    """

    chart: Annotated[Text, Field(max_length=2048)] | None = Field(
        default=None,
        description="directory of the chart, beginning with ./, or its name in `repository`",
    )
    chart_ref: ChartRef | None = Field(
        default=None, description="an object that has the chart, in place of `chart`"
    )
    version: str | None = Field(
        default=None,
        description="version or range of a chart in `repository`; the newest by default",
    )
    repository: HelmRepository | None = Field(
        default=None,
        description="the Helm repository, when the chart is not in the application repository",
    )
    values_files: tuple[str, ...] = Field(
        default=(), description="values files in the chart; the last one wins"
    )
    values: dict[str, Any] = Field(default={}, description="values of the release")
    values_from: tuple[ValuesFrom, ...] = Field(
        default=(), description="ConfigMaps and Secrets with values"
    )
    post_renderers: tuple[dict[str, Any], ...] = Field(
        default=(), description="changes to the rendered objects: kustomize patches and images"
    )
    drift_detection: DriftDetection = Field(
        default=DriftDetection(defaults.DRIFT_DETECTION),
        description="whether changes by hand are corrected, reported or ignored",
    )
    release_name: ReleaseName | None = Field(
        default=None,
        description="name of the release; by default the application's when it is installed",
    )
    target_namespace: Name | None = Field(default=None, description="namespace of the release")
    interval: Duration = Field(
        default=defaults.DELIVERY_INTERVAL, description="how often the release is checked"
    )
    timeout: Duration = Field(
        default=defaults.HELM_TIMEOUT, description="longest duration of one Helm action"
    )
    wait: bool = Field(
        default=True, description="whether an action ends only when every object is healthy"
    )
    test: bool = Field(
        default=False, description="whether Helm tests run; their failures are only reported"
    )
    retries: int = Field(
        default=defaults.HELM_RETRIES, ge=-1, description="retries of a failed action; -1: no limit"
    )
    max_history: int = Field(
        default=defaults.HELM_MAX_HISTORY, ge=0, description="revisions to keep; 0: no limit"
    )
    depends_on: tuple[Name, ...] = Field(
        default=(), description="HelmReleases that must be Ready before this one"
    )
    remediation: Remediation = Field(
        default=Remediation(defaults.REMEDIATION), description="what undoes a failed upgrade"
    )
    crds: Crds = Field(default=Crds(), description="what happens to the CRDs of the chart")
    service_account_name: Name | None = Field(
        default=None, description="ServiceAccount in the namespace of Flux as which Helm acts"
    )
    kube_config: KubeConfig | None = Field(
        default=None, description="another cluster to release in"
    )
    spec: dict[str, Any] = Field(
        default={}, description="other fields of its spec, as Flux's CRD has them"
    )
    suspend: bool = Field(default=False, description="whether nothing is released for now")

    @property
    def directory(self) -> str | None:
        """Directory of the chart in the application repository; None for a chart from elsewhere."""
        return None if self.repository or self.chart_ref else self.chart
