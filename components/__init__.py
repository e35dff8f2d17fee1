"""fluxhook's components: push-based Flux CD for GitHub repositories.

    Cluster, Bot, GithubApp, Monitoring, Notification    once per stack, each only if it is needed
    Application                                          one for each repository
      DeployKey    seed, deploy key on GitHub, SSM parameter, Secret
      Image        pull Secret, ImageRepository, ImagePolicy, ImageUpdateAutomation
      Webhook      token, SSM parameter, Secret, Receiver, HTTPRoute or Ingress, GitHub webhook

Each takes plain inputs and works in any Pulumi program. It reads no configuration, creates no provider, and does not
depend on which plugin serves it.
"""

from typing import TYPE_CHECKING

from components.rules.late import imported

if TYPE_CHECKING:
    from components.application.application import Application
    from components.application.args import ApplicationArgs, GithubAppCredentials
    from components.application.deploy_key import DeployKey, DeployKeyArgs
    from components.application.image import CommitterArgs, Image, ImageArgs
    from components.application.webhook import Webhook, WebhookArgs
    from components.entry.exposure import ExposureArgs
    from components.rules.choices import (
        ChartKind,
        CrdsPolicy,
        DeletionPolicy,
        DriftDetection,
        GitCredentials,
        ParameterTier,
        PolicyOrder,
        PolicyType,
        Remediation,
        Scheme,
        SecretBackend,
        Severity,
        Signing,
        ValuesKind,
    )
    from components.secrets.args import SecretsArgs, StoredSecret
    from components.shared.bot import Bot, BotArgs
    from components.shared.cluster import Cluster, ClusterArgs
    from components.shared.github_app import GithubApp, GithubAppArgs
    from components.shared.monitoring import Monitoring, MonitoringArgs
    from components.shared.notification import Notification, NotificationArgs

__all__ = [
    "Application",
    "ApplicationArgs",
    "Bot",
    "BotArgs",
    "ChartKind",
    "Cluster",
    "ClusterArgs",
    "CommitterArgs",
    "CrdsPolicy",
    "DeletionPolicy",
    "DeployKey",
    "DeployKeyArgs",
    "DriftDetection",
    "ExposureArgs",
    "GitCredentials",
    "GithubApp",
    "GithubAppArgs",
    "GithubAppCredentials",
    "Image",
    "ImageArgs",
    "Monitoring",
    "MonitoringArgs",
    "Notification",
    "NotificationArgs",
    "ParameterTier",
    "PolicyOrder",
    "PolicyType",
    "Remediation",
    "Scheme",
    "SecretBackend",
    "SecretsArgs",
    "Severity",
    "Signing",
    "StoredSecret",
    "ValuesKind",
    "Webhook",
    "WebhookArgs",
]

_LATE = {
    "components.application.application": ("Application",),
    "components.application.args": (
        "ApplicationArgs",
        "GithubAppCredentials",
    ),
    "components.application.deploy_key": (
        "DeployKey",
        "DeployKeyArgs",
    ),
    "components.application.image": (
        "CommitterArgs",
        "Image",
        "ImageArgs",
    ),
    "components.application.webhook": (
        "Webhook",
        "WebhookArgs",
    ),
    "components.entry.exposure": ("ExposureArgs",),
    "components.rules.choices": (
        "ChartKind",
        "CrdsPolicy",
        "DeletionPolicy",
        "DriftDetection",
        "GitCredentials",
        "ParameterTier",
        "PolicyOrder",
        "PolicyType",
        "Remediation",
        "Scheme",
        "SecretBackend",
        "Severity",
        "Signing",
        "ValuesKind",
    ),
    "components.secrets.args": (
        "SecretsArgs",
        "StoredSecret",
    ),
    "components.shared.bot": (
        "Bot",
        "BotArgs",
    ),
    "components.shared.cluster": (
        "Cluster",
        "ClusterArgs",
    ),
    "components.shared.github_app": (
        "GithubApp",
        "GithubAppArgs",
    ),
    "components.shared.monitoring": (
        "Monitoring",
        "MonitoringArgs",
    ),
    "components.shared.notification": (
        "Notification",
        "NotificationArgs",
    ),
}
"""Modules of names that are imported when they are first used: the rules need no provider, whose import takes long."""


__getattr__ = imported(__name__, _LATE)
