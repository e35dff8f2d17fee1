"""A Secret in the cluster, kept equal to SSM parameters by the External Secrets Operator."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components._order import after
from components._rules import EXTERNAL_SECRETS, WATCHED
from components.parameter import Parameter

DEFAULT_STORE = "aws-parameter-store"
DEFAULT_REFRESH_INTERVAL = "5m"
WAIT = pulumi.CustomTimeouts(create="3m", update="3m")
"""How long the first synchronisation may take; External Secrets retries a missing parameter ever more slowly."""


class ExternalSecretArgs(TypedDict):
    """Inputs of an ExternalSecret."""

    secret_name: pulumi.Input[str]
    """Name of the Secret, and of the ExternalSecret that owns it."""
    namespace: pulumi.Input[str]
    """Namespace of both."""
    parameters: Mapping[str, Parameter]
    """The parameters to read, by the name that the template knows them under."""
    template: Mapping[str, pulumi.Input[str]]
    """Keys of the Secret and what they hold: text in which `{{ .name }}` is a parameter's value."""
    secret_type: NotRequired[str]
    """Kubernetes type of the Secret; defaults to Opaque."""
    store: NotRequired[pulumi.Input[str]]
    """Name of the ClusterSecretStore; defaults to "aws-parameter-store"."""
    refresh_interval: NotRequired[pulumi.Input[str]]
    """How often the parameters are read again, a Go duration; defaults to "5m"."""


class ExternalSecret(pulumi.ComponentResource):
    """One ExternalSecret, done only when the Secret is there with the values that the parameters have now.

    The Secret carries Flux's watch label, so controllers take a new value at once; a new version of a parameter
    changes the annotation `force-sync`, so External Secrets reads it at once. The Secret stays when only the
    ExternalSecret's data vanishes (deletionPolicy Retain) and goes with the ExternalSecret (creationPolicy Owner).
    No `v1/Secret` is made by Pulumi: the values never travel from the program to the cluster.

    Source: External Secrets, "ExternalSecret" (v1); Flux notification-controller `docs/spec/v1/receivers.md`.
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret; known once it is synchronised."""

    def __init__(
        self, name: str, args: ExternalSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the ExternalSecret and wait until it is Ready."""
        super().__init__("fluxhook:index:ExternalSecret", name, {}, opts)
        parameters = dict(sorted(args["parameters"].items()))
        versions = pulumi.Output.all(*(p.version for p in parameters.values()))
        external_secret = CustomResource(
            f"{name}-external-secret",
            api_version=EXTERNAL_SECRETS,
            kind="ExternalSecret",
            metadata={
                "name": args["secret_name"],
                "namespace": args["namespace"],
                "annotations": {
                    "force-sync": versions.apply(lambda v: ".".join(str(int(each)) for each in v)),
                    "pulumi.com/waitFor": "condition=Ready",
                },
            },
            spec={
                "refreshInterval": args.get("refresh_interval", DEFAULT_REFRESH_INTERVAL),
                "secretStoreRef": {
                    "kind": "ClusterSecretStore",
                    "name": args.get("store", DEFAULT_STORE),
                },
                "data": [
                    {"secretKey": key, "remoteRef": {"key": parameter.parameter_name}}
                    for key, parameter in parameters.items()
                ],
                "target": {
                    "creationPolicy": "Owner",
                    "deletionPolicy": "Retain",
                    "template": {
                        "type": args.get("secret_type", "Opaque"),
                        "metadata": {"labels": WATCHED},
                        "data": dict(args["template"]),
                    },
                },
            },
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=WAIT),
        )
        self.secret_name = after(external_secret, args["secret_name"])
        self.register_outputs({"secret_name": self.secret_name})
