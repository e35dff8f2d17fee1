"""Monitoring: the kube-prometheus-stack, whose Alertmanager passes on what Flux tells it."""

from typing import TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import contents, values
from components._alertmanager import alertmanager_config
from components._rules import ALERTMANAGER_CONFIG
from components._secrets import ClusterSecrets
from components.cluster import Cluster
from components.config import secret
from components.helm_release import HelmRelease
from components.helm_repository import HelmRepository
from components.parameter import Parameter

CHART = "kube-prometheus-stack"
CHARTS = values.HelmRepository(url="https://prometheus-community.github.io/helm-charts")
# Else Alertmanager would take only alerts of the namespace that its configuration lies in, and Prometheus has others.
# Source: prometheus-operator, discussion 3733.
VALUES = {
    "alertmanager": {"alertmanagerSpec": {"alertmanagerConfigMatcherStrategy": {"type": "None"}}}
}


class MonitoringArgs(TypedDict):
    """Inputs of a Monitoring."""

    cluster: Cluster
    """The cluster, and the stack's values; its monitoring, slackWebhook and discordWebhook must be set."""


class Monitoring(pulumi.ComponentResource):
    """HelmRepository and HelmRelease of kube-prometheus-stack, and an AlertmanagerConfig.

    Events of severity info go to Discord, errors to Slack.

    The release is awaited, because the AlertmanagerConfig's kind comes with it. Flux tells Alertmanager by a
    notification of type alertmanager, address `http://kube-prometheus-stack-alertmanager.<namespace>:9093/api/v2/alerts`.
    Helm leaves the CRDs and the namespace behind.

    Source: prometheus-operator `Documentation/api.md`, AlertmanagerConfig; Flux, "Prometheus metrics".
    """

    parameters: dict[str, Parameter]
    """Where the chat webhooks are stored."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Install the release, then configure its Alertmanager."""
        super().__init__("fluxhook:index:Monitoring", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster, stack = args["cluster"], args["cluster"].stack
        monitoring = stack.monitoring
        slack, discord = secret(stack.slack_webhook), secret(stack.discord_webhook)
        if not (monitoring and slack and discord):
            raise ValueError("Monitoring: the stack needs monitoring, slackWebhook, discordWebhook")
        repository = HelmRepository(
            name,
            {"object_name": CHART, "namespace": cluster.namespace, "helm_repository": CHARTS},
            child,
        )
        release = HelmRelease(
            name,
            {
                "object_name": CHART,
                "namespace": cluster.namespace,
                "source_kind": "HelmRepository",
                "source_name": repository.object_name,
                "helm_release": values.HelmRelease.model_validate(
                    {
                        "chart": CHART,
                        "repository": CHARTS,
                        "version": monitoring.version,
                        "targetNamespace": monitoring.namespace,
                        "interval": "30m",
                        "test": True,
                        # The operator writes into objects of its own chart.
                        "driftDetection": "disabled",
                        "values": VALUES,
                    }
                ),
                "create_namespace": True,
                "awaited": True,
            },
            child,
        )
        secrets = ClusterSecrets(name, cluster, "alertmanager", child)
        kept = {
            "slack": secrets.keep(
                "slack",
                monitoring.slack_parameter or f"/slack/{stack.owner}/webhooks/alerts",
                slack,
            ),
            "discord": secrets.keep(
                "discord",
                monitoring.discord_parameter or f"/discord/{stack.owner}/webhooks/info",
                discord,
            ),
        }
        holds = contents.named({"slackWebhook": "slack", "discordWebhook": "discord"})
        webhooks = secrets.sync("webhooks", kept, holds)
        self.parameters = secrets.parameters
        CustomResource(
            f"{name}-alertmanager-config",
            api_version=ALERTMANAGER_CONFIG,
            kind="AlertmanagerConfig",
            metadata={"name": "alertmanager", "namespace": cluster.namespace},
            spec=alertmanager_config(webhooks, monitoring.channel),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[release]),
        )
        self.register_outputs({})
