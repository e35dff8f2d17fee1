"""The components of fluxhook, in the order in which `__main__.py` uses them.

    FluxInstance, SecretStore, ReceiverService ──> what a cluster has before it takes an application
    SigningKey, GithubApp ──┐
    DeployKey ──────────────┼─> Parameter ─> ExternalSecret ─> GitRepository ─> Kustomization or HelmRelease
    WebhookToken ───────────┘   or Secret          │                        └─> ImageAutomation, CommitStatus
                                                   └─────────> Receiver ─> ReceiverRoute … ─> GithubWebhook

A component makes resources and hands on what the next one needs; it reads no configuration, makes no provider, and
does not know which plugin serves it.
"""

from components.alert import Alert, AlertArgs
from components.alert_provider import AlertProvider, AlertProviderArgs
from components.application import Application, ApplicationArgs
from components.bot import Bot, BotArgs
from components.commit_status import CommitStatus, CommitStatusArgs
from components.deploy_key import DeployKey, DeployKeyArgs
from components.external_secret import ExternalSecret, ExternalSecretArgs
from components.flux_instance import FluxInstance, FluxInstanceArgs
from components.git_repository import GitRepository, GitRepositoryArgs
from components.github_app import GithubApp, GithubAppArgs
from components.github_webhook import GithubWebhook, GithubWebhookArgs
from components.helm_release import HelmRelease, HelmReleaseArgs
from components.helm_repository import HelmRepository, HelmRepositoryArgs
from components.image_automation import ImageAutomation, ImageAutomationArgs
from components.kustomization import Kustomization, KustomizationArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.notification import Notification, NotificationArgs
from components.parameter import Parameter, ParameterArgs
from components.receiver import Receiver, ReceiverArgs
from components.receiver_ingress import ReceiverIngress, ReceiverIngressArgs
from components.receiver_route import ReceiverRoute, ReceiverRouteArgs
from components.receiver_service import ReceiverService, ReceiverServiceArgs
from components.scaffold import Scaffold, ScaffoldArgs
from components.secret import Secret, SecretArgs
from components.secret_store import SecretStore, SecretStoreArgs
from components.signing_key import SigningKey, SigningKeyArgs
from components.ssh_signing_key import SshSigningKey, SshSigningKeyArgs
from components.webhook_token import WebhookToken, WebhookTokenArgs

__all__ = [
    "Alert",
    "AlertArgs",
    "AlertProvider",
    "AlertProviderArgs",
    "Application",
    "ApplicationArgs",
    "Bot",
    "BotArgs",
    "CommitStatus",
    "CommitStatusArgs",
    "DeployKey",
    "DeployKeyArgs",
    "ExternalSecret",
    "ExternalSecretArgs",
    "FluxInstance",
    "FluxInstanceArgs",
    "GitRepository",
    "GitRepositoryArgs",
    "GithubApp",
    "GithubAppArgs",
    "GithubWebhook",
    "GithubWebhookArgs",
    "HelmRelease",
    "HelmReleaseArgs",
    "HelmRepository",
    "HelmRepositoryArgs",
    "ImageAutomation",
    "ImageAutomationArgs",
    "Kustomization",
    "KustomizationArgs",
    "Monitoring",
    "MonitoringArgs",
    "Notification",
    "NotificationArgs",
    "Parameter",
    "ParameterArgs",
    "Receiver",
    "ReceiverArgs",
    "ReceiverIngress",
    "ReceiverIngressArgs",
    "ReceiverRoute",
    "ReceiverRouteArgs",
    "ReceiverService",
    "ReceiverServiceArgs",
    "Scaffold",
    "ScaffoldArgs",
    "Secret",
    "SecretArgs",
    "SecretStore",
    "SecretStoreArgs",
    "SigningKey",
    "SigningKeyArgs",
    "SshSigningKey",
    "SshSigningKeyArgs",
    "WebhookToken",
    "WebhookTokenArgs",
]
