"""A Secret in the cluster, kept equal to SSM parameters by the External Secrets Operator."""

from collections.abc import Mapping

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.flux import WATCH_LABEL
from components.rules.kubernetes import EXTERNAL_SECRETS, READY

TIMEOUT = "3m"
"""Limit of the first synchronisation; External Secrets retries a missing parameter ever more slowly."""


def external_secret(
    place: Place,
    logical_name: str,
    parameters: Mapping[str, pulumi.Input[str]],
    versions: Mapping[str, pulumi.Input[int]],
    template: Mapping[str, pulumi.Input[str]],
    secret_type: str,
    store: pulumi.Input[str],
    refresh_interval: pulumi.Input[str],
) -> pulumi.Output[str]:
    """Create an ExternalSecret and return the name of its Secret, known once it is synchronised.

    `parameters` are SSM names, and `versions` those of their values, both by the key that `template` uses: in the
    template, `{{ .key }}` is a parameter's value. A new version changes the annotation `force-sync`, so External
    Secrets reads it at once; the Secret carries Flux's watch label, so the controllers take it at once, too. The Secret
    stays when the parameter disappears (deletionPolicy Retain) and goes with the ExternalSecret (creationPolicy Owner).
    The values never travel from the program to the cluster.

    Source: External Secrets, "ExternalSecret" (v1); Flux notification-controller `docs/spec/v1/receivers.md`.
    """
    sync = pulumi.Output.all(*(version for _, version in sorted(versions.items()))).apply(
        lambda known: ".".join(str(int(each)) for each in known)
    )
    return CustomObject(
        f"{place.name}/{logical_name}",
        EXTERNAL_SECRETS,
        "ExternalSecret",
        {
            "name": place.object_name,
            "namespace": place.namespace,
            "annotations": {"force-sync": sync, **READY},
        },
        {
            "refreshInterval": refresh_interval,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
            "data": [
                {"secretKey": key, "remoteRef": {"key": parameter}}
                for key, parameter in sorted(parameters.items())
            ],
            "target": {
                "creationPolicy": "Owner",
                "deletionPolicy": "Retain",
                "template": {
                    "type": secret_type,
                    "metadata": {"labels": WATCH_LABEL},
                    "data": dict(template),
                },
            },
        },
        place.parent,
        timeout=TIMEOUT,
    ).object_name
