"""A Secret in the cluster, written by Pulumi: for clusters without the External Secrets Operator."""

import base64
from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as kubernetes

from components.objects.metadata import WRITTEN_BY_CLUSTER, generation_label, metadata
from components.objects.place import Place
from components.rules.flux import WATCH_LABEL


def kubernetes_secret(
    place: Place,
    logical_name: str,
    data: Mapping[str, pulumi.Input[str]],
    secret_type: str,
    keeps_data: bool = False,
) -> pulumi.Output[str]:
    """Create a Secret with Flux's watch label and return its name, known once it exists.

    `data` are the values as text, by key. They rest encrypted in the state and travel to the API server. A new value is
    an update in place only if the provider says `enable_secret_mutable`; another `secret_type` replaces the Secret. One
    that `keeps_data` takes no new value.
    """
    secret = kubernetes.core.v1.Secret(
        place.logical_name(logical_name),
        metadata=metadata(place, labels={**WATCH_LABEL, **generation_label(place)}),
        type=secret_type,
        data={key: _encoded(value) for key, value in data.items()},
        opts=pulumi.ResourceOptions(
            parent=place.parent,
            ignore_changes=["data"] if keeps_data else None,
            hide_diffs=WRITTEN_BY_CLUSTER,
        ),
    )
    return pulumi.Output.unsecret(secret.metadata.name)


def _encoded(value: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.secret(value).apply(lambda text: base64.b64encode(text.encode()).decode())
