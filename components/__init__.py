"""The components of fluxhook, in the order in which `__main__.py` uses them.

    SigningKey ─────────┐
    DeployKey ──────────┼─> Parameter ─> ExternalSecret ─> GitRepository ─> Kustomization, ImageAutomation
    WebhookToken ───────┘                      └─────────> Receiver ─> ReceiverRoute ─> GithubWebhook

A component makes resources and hands on what the next one needs; it reads no configuration, makes no provider, and
does not know which plugin serves it.
"""

from components.application import Application, ApplicationArgs
from components.bot import Bot, BotArgs
from components.deploy_key import DeployKey, DeployKeyArgs
from components.external_secret import ExternalSecret, ExternalSecretArgs
from components.git_repository import GitRepository, GitRepositoryArgs
from components.github_webhook import GithubWebhook, GithubWebhookArgs
from components.image_automation import ImageAutomation, ImageAutomationArgs
from components.kustomization import Kustomization, KustomizationArgs
from components.parameter import Parameter, ParameterArgs
from components.receiver import Receiver, ReceiverArgs
from components.receiver_route import ReceiverRoute, ReceiverRouteArgs
from components.signing_key import SigningKey, SigningKeyArgs
from components.webhook_token import WebhookToken, WebhookTokenArgs

__all__ = [
    "Application",
    "ApplicationArgs",
    "Bot",
    "BotArgs",
    "DeployKey",
    "DeployKeyArgs",
    "ExternalSecret",
    "ExternalSecretArgs",
    "GitRepository",
    "GitRepositoryArgs",
    "GithubWebhook",
    "GithubWebhookArgs",
    "ImageAutomation",
    "ImageAutomationArgs",
    "Kustomization",
    "KustomizationArgs",
    "Parameter",
    "ParameterArgs",
    "Receiver",
    "ReceiverArgs",
    "ReceiverRoute",
    "ReceiverRouteArgs",
    "SigningKey",
    "SigningKeyArgs",
    "WebhookToken",
    "WebhookTokenArgs",
]
