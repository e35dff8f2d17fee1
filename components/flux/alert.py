"""Provider and Alert: where notification-controller sends events, and which ones.

Neither has a status in v1beta3, so neither can be awaited: whether an address answers is seen when something is sent.
"""

from collections.abc import Mapping, Sequence

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.choices import Severity
from components.rules.flux import ALERTS
from components.rules.kubernetes import without_empty


def alert_provider(
    place: Place,
    provider_type: str,
    *,
    address: pulumi.Input[str] | None = None,
    channel: pulumi.Input[str] | None = None,
    username: pulumi.Input[str] | None = None,
    secret_name: pulumi.Input[str] | None = None,
) -> CustomObject:
    """Create a Provider of a type such as `slack`, `alertmanager` or `github`.

    The Secret has `address`, `token`, `username` and `password`, `headers` or githubApp…, as the type needs.

    Source: notification-controller `docs/spec/v1beta3/providers.md`.
    """
    spec = without_empty(
        type=provider_type,
        address=address,
        channel=channel,
        username=username,
        secretRef={"name": secret_name} if secret_name else None,
    )
    return CustomObject(place, "provider", ALERTS, "Provider", spec)


def alert(
    place: Place,
    provider_name: pulumi.Input[str],
    severity: Severity,
    sources: Mapping[str, Sequence[pulumi.Input[str]]],
    *,
    exclude: Sequence[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> CustomObject:
    """Create an Alert for events of `severity` and above.

    `sources` are names of Flux objects by kind, `*` for all; `exclude` are regular expressions of messages to leave
    out, `metadata` is added to each event.

    Source: notification-controller `docs/spec/v1beta3/alerts.md`.
    """
    spec = without_empty(
        providerRef={"name": provider_name},
        eventSeverity=severity.value,
        eventSources=[
            {"kind": kind, "name": source, "namespace": place.namespace}
            for kind, names in sources.items()
            for source in names
        ],
        eventMetadata=dict(metadata or {}),
        exclusionList=list(exclude),
    )
    return CustomObject(place, f"{severity.value}-alert", ALERTS, "Alert", spec)
