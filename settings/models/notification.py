"""Who is told what Flux does."""

from typing import Literal

from pydantic import Field

from components.values.types import Name, ParameterName, Values

Type = Literal[
    "alertmanager", "azuredevops", "azureeventhub", "bitbucket", "bitbucketserver", "datadog", "discord",
    "generic", "generic-hmac", "gitea", "giteapullrequestcomment", "github", "githubdispatch",
    "githubpullrequestcomment", "gitlab", "gitlabmergerequestcomment", "googlechat", "googlepubsub",
    "grafana", "lark", "matrix", "msteams", "nats", "opsgenie", "otel", "pagerduty", "rocket", "sentry",
    "slack", "telegram", "webex", "zulip",
]  # fmt: skip
"""Every type that the CRD of notification-controller 1.9 takes."""
Kind = Literal[
    "Bucket", "GitRepository", "Kustomization", "HelmRelease", "HelmChart", "HelmRepository",
    "ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "OCIRepository",
]  # fmt: skip


class Notification(Values):
    """A Provider and its Alerts.

    Source: notification-controller `docs/spec/v1beta3/providers.md` and `alerts.md`.
    """

    name: Name = Field(description="name of the Provider")
    type: Type = Field(description="type of the Provider, such as slack")
    address: str | None = Field(
        default=None,
        max_length=2048,
        description="where to send; a secret one: notificationSecrets",
    )
    channel: str | None = Field(
        default=None, max_length=2048, description="channel, where it has some"
    )
    username: str | None = Field(default=None, max_length=2048, description="name of the sender")
    severities: tuple[Literal["info", "error"], ...] = Field(
        default=("info", "error"), min_length=1, description="one Alert each; info has errors too"
    )
    kinds: tuple[Kind, ...] = Field(
        default=("GitRepository", "Kustomization", "HelmRelease"),
        min_length=1,
        description="kinds of Flux objects to tell of",
    )
    exclude: tuple[str, ...] = Field(
        default=(), description="regular expressions of messages to leave out"
    )
    metadata: dict[str, str] = Field(default={}, description="what is added to every event")


class Monitoring(Values):
    """The kube-prometheus-stack, which tells what Flux tells it."""

    version: str = Field(default="58.x", description="version or range of kube-prometheus-stack")
    namespace: Name = Field(default="monitoring", description="namespace of the release")
    channel: str = Field(default="#alerts", description="Slack channel of errors")
    slack_parameter: ParameterName | None = Field(
        default=None, description="SSM name, in place of `/slack/<owner>/webhooks/alerts`"
    )
    discord_parameter: ParameterName | None = Field(
        default=None, description="SSM name, in place of `/discord/<owner>/webhooks/info`"
    )
