"""A Provider, its secrets, and its Alerts: one entry of `notifications`."""

from typing import TypedDict

import pulumi

from components import contents
from components._secrets import ClusterSecrets
from components.alert import Alert
from components.alert_provider import AlertProvider
from components.cluster import Cluster
from components.parameter import Parameter
from components.values.notification import Notification as Entry


class NotificationArgs(TypedDict):
    """Inputs of a Notification."""

    cluster: Cluster
    """The cluster, and the stack's values, with what the notification keeps secret."""
    notification: Entry
    """Who is told, and what."""


class Notification(pulumi.ComponentResource):
    """One Provider, one Secret of what it keeps secret, and one Alert for each severity.

    An Alert of severity info has errors too, since Flux filters by the lowest severity. Every event says its own.

    Source: notification-controller `internal/server/event_handlers.go`, `eventMatchesAlertSource`.
    """

    parameters: dict[str, Parameter]
    """Where its secrets are stored, by their key."""

    def __init__(
        self, name: str, args: NotificationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the Provider and its Alerts."""
        super().__init__("fluxhook:index:Notification", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster, entry = args["cluster"], args["notification"]
        stack = cluster.stack
        secrets = ClusterSecrets(f"notification/{name}", cluster, entry.name, child)
        kept = {
            key: secrets.keep(
                key,
                f"{stack.parameter_prefix}/notifications/{entry.name}/{key}",
                value.get_secret_value(),
            )
            for key, value in stack.notification_secrets.get(entry.name, {}).items()
        }
        self.parameters = secrets.parameters
        holds = contents.named({key: key for key in kept})
        provider = AlertProvider(
            name,
            {
                "object_name": entry.name,
                "namespace": cluster.namespace,
                "type": entry.type,
                "address": entry.address,
                "channel": entry.channel,
                "username": entry.username,
                "secret_name": secrets.sync("provider", kept, holds) if kept else None,
            },
            child,
        )
        for severity in entry.severities:
            Alert(
                f"{name}-{severity}",
                {
                    "object_name": f"{entry.name}-{severity}",
                    "namespace": cluster.namespace,
                    "provider_name": provider.object_name,
                    "severity": severity,
                    "sources": dict.fromkeys(entry.kinds, "*"),
                    "exclude": entry.exclude,
                    "metadata": entry.metadata,
                },
                child,
            )
        self.register_outputs({})
