"""Helm delivery of an application, in place of its Kustomization."""

from typing import Any, Literal

from pydantic import Field, model_validator

from components.values.types import Duration, Name, Values


class HelmRepository(Values):
    """Where a chart comes from that does not lie in the application repository."""

    url: str = Field(
        pattern=r"^(https?|oci)://", description="URL of the Helm repository: https:// or oci://"
    )
    username: str | None = Field(
        default=None, description="user of a private repository; its password is `chartToken`"
    )
    interval: Duration = Field(default="1h", description="how often Flux looks for new charts")


class ValuesFrom(Values):
    """Values from a ConfigMap or Secret in the namespace of Flux."""

    kind: Literal["ConfigMap", "Secret"] = Field(description="ConfigMap or Secret")
    name: str = Field(min_length=1, max_length=253, description="its name")
    values_key: str | None = Field(
        default=None,
        max_length=253,
        pattern=r"^[-._a-zA-Z0-9]+$",
        description="its key; values.yaml by default",
    )
    target_path: str | None = Field(
        default=None, min_length=1, max_length=250, description="value to set, such as image.tag"
    )
    optional: bool = Field(default=False, description="whether it may be missing")


class HelmRelease(Values):
    """The HelmRelease of an application.

    Source: helm-controller `docs/spec/v2/helmreleases.md`.
    """

    chart: str = Field(
        min_length=1,
        max_length=2048,
        description="directory of the chart, beginning with ./, or its name in `repository`",
    )
    version: str | None = Field(
        default=None, description="version or range of a chart in `repository`; the newest"
    )
    repository: HelmRepository | None = Field(
        default=None, description="the Helm repository, when the chart is not the application's own"
    )
    values_files: tuple[str, ...] = Field(
        default=(), description="values files in the chart, the last one wins"
    )
    values: dict[str, Any] = Field(default={}, description="values of the release")
    values_from: tuple[ValuesFrom, ...] = Field(
        default=(), description="ConfigMaps and Secrets with values: kind, name, valuesKey"
    )
    post_renderers: tuple[dict[str, Any], ...] = Field(
        default=(), description="changes to what the chart renders: kustomize patches and images"
    )
    drift_detection: Literal["enabled", "warn", "disabled"] = Field(
        default="enabled", description="whether changes by hand are corrected, told, or ignored"
    )
    release_name: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        description="name of the release; the application's by default",
    )
    target_namespace: Name | None = Field(default=None, description="namespace of the release")
    interval: Duration = Field(default="5m", description="how often the release is checked")
    timeout: Duration = Field(default="5m", description="longest duration of one Helm action")
    wait: bool = Field(
        default=True, description="whether an action ends only when every object is healthy"
    )
    test: bool = Field(default=False, description="whether Helm tests run; failures are told only")
    retries: int = Field(default=3, ge=-1, description="retries of a failed action; -1 for ever")
    max_history: int = Field(default=10, ge=0, description="revisions to keep")
    depends_on: tuple[Name, ...] = Field(
        default=(), description="HelmReleases that must be Ready before"
    )

    @model_validator(mode="after")
    def _fit(self) -> "HelmRelease":
        if not self.repository and not self.chart.startswith("./"):
            raise ValueError(
                "has a chart by name, so write its repository too; a directory begins with ./"
            )
        if self.repository and self.chart.startswith("./"):
            raise ValueError("has a chart by directory, which no repository has; write its name")
        if not self.repository and self.version:
            raise ValueError("has a version, which a directory lacks; remove it")
        return self
