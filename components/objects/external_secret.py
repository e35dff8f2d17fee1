"""A Secret in the cluster, kept equal to SSM parameters by the External Secrets Operator."""

from collections.abc import Mapping, Sequence

import pulumi

from components.objects.custom_object import CustomObject
from components.objects.metadata import generation_label
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

    The names of both end in the versions of the parameters, as soon as one has another than the first. So each new
    value gives a new Secret, and the wait for Ready proves that it contains that value: an ExternalSecret that exists
    already stays Ready while it still has the old one, and reports no observedGeneration. The old Secret is deleted
    when nothing uses it any more.

    `parameters` are SSM names, and `versions` those of their values, both by the key that `template` uses: in the
    template, `{{ .key }}` is a parameter's value. The Secret carries Flux's watch label, so that the controllers take
    it at once, and both carry the label of their generation. The Secret stays when the parameter disappears
    (deletionPolicy Retain) and goes with the ExternalSecret (creationPolicy Owner). The values never travel from the
    program to the cluster.

    Source: External Secrets, "ExternalSecret" (v1); Flux notification-controller `docs/spec/v1/receivers.md`.
    """
    generation = generation_label(place)
    suffix = pulumi.Output.all(*(version for _, version in sorted(versions.items()))).apply(
        _version_suffix
    )
    return CustomObject(
        place,
        logical_name,
        EXTERNAL_SECRETS,
        "ExternalSecret",
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
                    "metadata": {"labels": {**WATCH_LABEL, **generation}},
                    "data": dict(template),
                },
            },
        },
        object_name=pulumi.Output.concat(place.object_name, suffix),
        annotations=READY,
        labels=generation,
        timeout=TIMEOUT,
    ).object_name


def _version_suffix(versions: Sequence[float]) -> str:
    numbers = [str(int(each)) for each in versions]
    return "" if set(numbers) == {"1"} else f"-v{'-'.join(numbers)}"
