"""Who is told about what Flux does."""

from typing import Annotated, Literal, cast

from pydantic import Field

from components.rules import defaults
from components.rules.choices import Severity
from settings.models.group import Group
from settings.models.types import Name, ParameterName

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
SECRET_KEYS = (
    *("address", "token", "username", "password", "headers", "creds", "nkey"),
    *("githubAppID", "githubAppInstallationID", "githubAppInstallationOwner"),
    *("githubAppPrivateKey", "githubAppBaseURL"),
)
"""Keys that the controller reads in the Secret of a Provider; certificates are in a Secret of their own.

Source: notification-controller `internal/notifier/factory.go` and what it calls.
"""
LongText = Annotated[str, Field(max_length=2048)]


class Notification(Group):
    """A Provider and its Alerts.

    Source: notification-controller `docs/spec/v1beta3/providers.md` and `alerts.md`.
    """

    name: Name = Field(description="name of the Provider")
    type: Type = Field(description="type of the Provider")
    address: LongText | None = Field(
        default=None,
        description="where events are sent; a secret address belongs into `notificationSecrets`",
    )
    channel: LongText | None = Field(
        default=None, description="channel, for types of Providers that have channels"
    )
    username: LongText | None = Field(default=None, description="name of the sender")
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = Field(
        default=tuple(map(Severity, defaults.ALERT_SEVERITIES)),
        description="one Alert for each; info includes errors",
    )
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = Field(
        default=cast(tuple[Kind, ...], defaults.ALERT_KINDS),
        description="kinds of Flux objects whose events are sent",
    )
    exclude: tuple[str, ...] = Field(
        default=(), description="regular expressions of messages that are not sent"
    )
    metadata: dict[str, str] = Field(default={}, description="metadata to add to every event")


class Monitoring(Group):
    """The kube-prometheus-stack, which forwards the events of Flux to Slack and Discord."""

    version: str = Field(
        default=defaults.MONITORING_VERSION,
        description="version or range of kube-prometheus-stack",
    )
    namespace: Name = Field(
        default=defaults.MONITORING_NAMESPACE, description="namespace of the release"
    )
    channel: str = Field(
        default=defaults.MONITORING_CHANNEL, description="Slack channel for errors"
    )
    slack_parameter: ParameterName | None = Field(
        default=None,
        description="SSM name of `slackWebhook`, in place of"
        " `<parameterPrefix>/monitoring/slack-webhook`",
    )
    discord_parameter: ParameterName | None = Field(
        default=None,
        description="SSM name of `discordWebhook`, in place of"
        " `<parameterPrefix>/monitoring/discord-webhook`",
    )
