"""Monitoring: the kube-prometheus-stack, whose Alertmanager passes on the events of Flux."""

from typing import NotRequired, TypedDict

import pulumi

from components.flux.helm_release import HelmReleaseArgs, helm_release
from components.flux.helm_repository import helm_repository
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.rules.alertmanager import alertmanager_config
from components.rules.choices import DriftDetection
from components.rules.kubernetes import ALERTMANAGER_CONFIG
from components.secrets.args import SecretsArgs
from components.secrets.data import renamed_keys
from components.secrets.secrets import Secrets

CHART = "kube-prometheus-stack"
CHARTS = "https://prometheus-community.github.io/helm-charts"
# Otherwise Alertmanager takes only alerts of the namespace of its configuration, and Prometheus has others.
# Source: prometheus-operator, discussion 3733.
VALUES = {
    "alertmanager": {"alertmanagerSpec": {"alertmanagerConfigMatcherStrategy": {"type": "None"}}}
}


class MonitoringArgs(TypedDict):
    """Inputs of a Monitoring."""

    slack_webhook: pulumi.Input[str]
    """Secret URL of the Slack webhook that gets errors."""
    discord_webhook: pulumi.Input[str]
    """Secret URL of the Discord webhook that gets information."""
    slack_parameter: NotRequired[str]
    """SSM name of the Slack webhook; defaults to `<prefix>/monitoring/slack-webhook`."""
    discord_parameter: NotRequired[str]
    """SSM name of the Discord webhook; defaults to `<prefix>/monitoring/discord-webhook`."""
    channel: NotRequired[str]
    """Slack channel of errors; defaults to "#alerts"."""
    version: NotRequired[str]
    """Version or range of kube-prometheus-stack; defaults to 58.x."""
    namespace: NotRequired[str]
    """Namespace of the release; defaults to monitoring."""
    flux_namespace: NotRequired[pulumi.Input[str]]
    """Namespace in which Flux runs; defaults to flux-system."""
    secrets: NotRequired[SecretsArgs]
    """How the chat webhooks are stored and reach the cluster."""


class Monitoring(pulumi.ComponentResource):
    """HelmRepository and HelmRelease of kube-prometheus-stack, and an AlertmanagerConfig.

    Events of severity info go to Discord, errors to Slack. The release is awaited, because the kind AlertmanagerConfig
    comes with it. Flux reaches Alertmanager through a `Notification` of type alertmanager with the address
    `http://kube-prometheus-stack-alertmanager.<namespace>:9093/api/v2/alerts`. Helm leaves the CRDs and the namespace
    behind.

    Source: prometheus-operator `Documentation/api.md`, AlertmanagerConfig; Flux, "Prometheus metrics".
    """

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Install the release, then configure its Alertmanager."""
        super().__init__("fluxhook:index:Monitoring", name, {}, opts)
        namespace = args.get("flux_namespace", defaults.NAMESPACE)
        place = Place(name, CHART, namespace, self)
        charts = helm_repository(place, None, {"url": CHARTS})
        options: HelmReleaseArgs = {
            "chart": CHART,
            "version": args.get("version", defaults.MONITORING_VERSION),
            "target_namespace": args.get("namespace", defaults.MONITORING_NAMESPACE),
            "create_namespace": True,
            "interval": "30m",
            "test": True,
            # The operator writes into objects of its own chart.
            "drift_detection": DriftDetection.DISABLED,
            "values": VALUES,
        }
        release = helm_release(
            place, "HelmRepository", charts.object_name, options, wait_for="condition=Ready"
        )
        secrets = Secrets(name, args.get("secrets", {}), self)
        slack = args.get("slack_parameter") or parameter_names.monitoring(secrets.prefix, "slack")
        discord = args.get("discord_parameter") or parameter_names.monitoring(
            secrets.prefix, "discord"
        )
        stored = {
            "slack": secrets.store("slack", slack, args["slack_webhook"]),
            "discord": secrets.store("discord", discord, args["discord_webhook"]),
        }
        webhooks = secrets.into_cluster(
            place.renamed("alertmanager"),
            "webhooks",
            stored,
            renamed_keys({"slackWebhook": "slack", "discordWebhook": "discord"}),
        )
        CustomObject(
            place.renamed("alertmanager"),
            "alertmanager-config",
            ALERTMANAGER_CONFIG,
            "AlertmanagerConfig",
            alertmanager_config(webhooks, args.get("channel", defaults.MONITORING_CHANNEL)),
            depends_on=[release],
        )
        self.parameters = secrets.parameters
        self.register_outputs({})
