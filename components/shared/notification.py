"""A Provider, its secrets, and its Alerts."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.flux.alert import alert, alert_provider
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.rules.choices import Severity
from components.secrets.args import SecretsArgs
from components.secrets.data import plain_keys
from components.secrets.secrets import Secrets


class NotificationArgs(TypedDict):
    """Inputs of a Notification. Source: notification-controller `docs/spec/v1beta3/providers.md` and `alerts.md`."""

    name: str
    """Name of the Provider; Alerts are called `<name>-<severity>`."""
    type: str
    """Type of the Provider, such as slack."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of all of them; defaults to flux-system."""
    address: NotRequired[pulumi.Input[str]]
    """Where to send; a secret address goes into `secret_values`."""
    channel: NotRequired[pulumi.Input[str]]
    """Channel, topic or room, where the type has some."""
    username: NotRequired[pulumi.Input[str]]
    """Name of the sender, where the type shows one."""
    severities: NotRequired[Sequence[Severity]]
    """One Alert each; defaults to info and error. info passes on errors, too."""
    kinds: NotRequired[Sequence[str]]
    """Kinds of Flux objects to report; defaults to GitRepository, Kustomization and HelmRelease."""
    exclude: NotRequired[Sequence[str]]
    """Regular expressions of messages to leave out; defaults to none."""
    metadata: NotRequired[Mapping[str, str]]
    """Added to each event; defaults to nothing."""
    secret_values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Keys and secret values of the Provider's Secret, such as address or token."""
    secrets: NotRequired[SecretsArgs]
    """How secrets are stored and reach the cluster."""


class Notification(pulumi.ComponentResource):
    """One Provider, one Secret with its secrets, and one Alert for each severity.

    Flux filters by the lowest severity, so an Alert of severity info passes on errors, too; each event has its own.

    Source: notification-controller `internal/server/event_handlers.go`, `eventMatchesAlertSource`.
    """

    def __init__(
        self, name: str, args: NotificationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create the Provider and its Alerts."""
        super().__init__("fluxhook:index:Notification", name, {}, opts)
        namespace = args.get("namespace", defaults.NAMESPACE)
        place = Place(f"notification/{name}", args["name"], namespace, self)
        secrets = Secrets(place.name, args.get("secrets", {}), self)
        stored = {
            key: secrets.store(
                key, parameter_names.notification(secrets.prefix, args["name"], key), value
            )
            for key, value in args.get("secret_values", {}).items()
        }
        secret_name = None
        if stored:
            secret_name = secrets.into_cluster(place, "provider", stored, plain_keys(*stored))
        provider = alert_provider(
            place,
            args["type"],
            address=args.get("address"),
            channel=args.get("channel"),
            username=args.get("username"),
            secret_name=secret_name,
        )
        sources = dict.fromkeys(args.get("kinds", defaults.ALERT_KINDS), ("*",))
        for each in args.get("severities", defaults.ALERT_SEVERITIES):
            severity = Severity(each)
            alert(
                place.renamed(f"{args['name']}-{severity.value}"),
                provider.object_name,
                severity,
                sources,
                exclude=args.get("exclude", ()),
                metadata=args.get("metadata"),
            )
        self.parameters = secrets.parameters
        self.register_outputs({})
