"""Settings as plain inputs of the components that a stack has once."""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pydantic import SecretStr

from components import (
    BotArgs,
    Cluster,
    ClusterArgs,
    GithubAppArgs,
    MonitoringArgs,
    NotificationArgs,
    SecretsArgs,
)
from components.entry.service import LoadBalancerArgs, NodePortArgs
from components.flux.flux_instance import FluxInstanceArgs
from components.secrets.secret_store import SecretStoreArgs
from settings import models
from settings.models.group import Group


def secret(value: SecretStr | None) -> pulumi.Output[str]:
    """Return a secret of the settings as a secret Output.

    Raises:
        ValueError: the secret is not set; `settings.faults` has refused a stack file that lacks a secret it needs.
    """
    if value is None:
        raise ValueError("the stack file lacks a secret that is needed")
    wrapped: pulumi.Output[str] = pulumi.Output.secret(value.get_secret_value())
    return wrapped


def plain(group: Group) -> Mapping[str, Any]:
    """Return a group as plain inputs: its fields have the names of a component's inputs; None is left out."""
    return {name: _plain(value) for name, value in group if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, Group):
        return plain(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def secrets_args(settings: models.Settings, cluster: Cluster | None = None) -> SecretsArgs:
    """Return how secrets are stored, and, with the cluster, how they reach it."""
    stack = settings.stack
    args: SecretsArgs = {
        "backend": stack.secrets.backend,
        "store": cluster.secret_store if cluster else stack.secret_store,
        "refresh_interval": stack.refresh_interval,
        "parameter_prefix": stack.parameter_prefix,
        "parameter_tier": stack.parameter_tier,
    }
    if stack.kms_key_id:
        args["kms_key_id"] = stack.kms_key_id
    return args


def cluster_args(settings: models.Settings) -> ClusterArgs:
    """Return what the cluster needs before it takes an application."""
    stack = settings.stack
    namespaces = {
        each.target_namespace
        for app in settings.applications
        for each in app.delivered
        if each.create_namespace and each.target_namespace
    }
    args: ClusterArgs = {
        "namespace": stack.namespace,
        "secret_store_name": stack.secret_store,
        "namespaces": sorted(namespaces),
    }
    if stack.flux_instance:
        args["flux_instance"] = cast(FluxInstanceArgs, plain(stack.flux_instance))
    if stack.secrets.store:
        args["secret_store"] = cast(SecretStoreArgs, plain(stack.secrets.store))
    # The environment of a pull request shares the Service of the stack beside it.
    if stack.node_port and not stack.ephemeral:
        args["node_port"] = cast(NodePortArgs, plain(stack.node_port))
    if stack.load_balancer and not stack.ephemeral:
        args["load_balancer"] = cast(LoadBalancerArgs, plain(stack.load_balancer))
    return args


def bot_args(settings: models.Settings, bot: models.Bot) -> BotArgs:
    """Return the inputs of the bot's key."""
    args: BotArgs = {
        "login": bot.login,
        "user_name": bot.name,
        "email": bot.email,
        "signing": bot.signing,
        "generations": settings.stack.generations.signing_key,
        "secrets": secrets_args(settings),
    }
    if passphrase := settings.stack.bot_passphrase:
        args["passphrase"] = secret(passphrase)
    return args


def github_app_args(settings: models.Settings, app: models.GithubApp) -> GithubAppArgs:
    """Return the inputs of the GitHub App's key."""
    return {
        "app_id": app.id,
        "private_key": secret(settings.stack.github_app_private_key),
        "secrets": secrets_args(settings),
    }


def monitoring_args(
    settings: models.Settings, monitoring: models.Monitoring, cluster: Cluster
) -> MonitoringArgs:
    """Return the inputs of the monitoring."""
    stack = settings.stack
    args = {
        **plain(monitoring),
        "slack_webhook": secret(stack.slack_webhook),
        "discord_webhook": secret(stack.discord_webhook),
        "flux_namespace": cluster.namespace,
        "secrets": secrets_args(settings, cluster),
    }
    return cast(MonitoringArgs, args)


def notification_args(
    settings: models.Settings, notification: models.Notification, cluster: Cluster
) -> NotificationArgs:
    """Return the inputs of one notification."""
    secrets = settings.stack.notification_secrets.get(notification.name, {})
    args = {
        **plain(notification),
        "namespace": cluster.namespace,
        "secret_values": {key: secret(value) for key, value in secrets.items()},
        "secrets": secrets_args(settings, cluster),
    }
    return cast(NotificationArgs, args)
