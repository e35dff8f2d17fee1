"""Secret values at rest, and on their way into the cluster, by the backend that the stack has."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components import contents
from components.cluster import Cluster
from components.external_secret import ExternalSecret
from components.parameter import Parameter
from components.secret import Secret
from components.values import Stack


@dataclass(frozen=True)
class Kept:
    """A secret value, and the parameter it is stored in; none with backend kubernetes, where the state has it."""

    value: pulumi.Output[str]
    parameter: Parameter | None


class Secrets:
    """Keeps secret values; every one is named after what it holds."""

    def __init__(self, name: str, stack: Stack, opts: pulumi.ResourceOptions) -> None:
        """`name` begins every logical name."""
        self._name, self._stack, self._opts = name, stack, opts
        self.kept: dict[str, Kept] = {}
        """What was kept, by what it is."""

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters that were made, by what they hold."""
        return {what: kept.parameter for what, kept in self.kept.items() if kept.parameter}

    def keep(self, what: str, parameter_name: str, value: pulumi.Input[str]) -> Kept:
        """Stores a secret value in Parameter Store, in the tier and with the key of the stack."""
        secret, parameter = pulumi.Output.secret(value), None
        if self._stack.secrets.backend == "external-secrets":
            parameter = Parameter(
                f"{self._name}/{what}",
                {
                    "parameter_name": parameter_name,
                    "value": secret,
                    "description": f"{what} of {self._name}, made by fluxhook",
                    "tier": self._stack.parameter_tier,
                    "key_id": self._stack.kms_key_id,
                },
                self._opts,
            )
        self.kept[what] = Kept(secret, parameter)
        return self.kept[what]


class ClusterSecrets(Secrets):
    """Makes the cluster's Secrets of what it keeps, too."""

    def __init__(
        self, name: str, cluster: Cluster, object_name: str, opts: pulumi.ResourceOptions
    ) -> None:
        """Secrets in the cluster are called `<object_name>-<what>`, with `-secret` behind when Pulumi writes them."""
        super().__init__(name, cluster.stack, opts)
        self._cluster, self._object_name = cluster, object_name
        self.namespace = cluster.namespace
        """Namespace of the Secrets, and of what reads them."""

    def sync(
        self,
        what: str,
        kept: Mapping[str, Kept],
        holds: contents.Contents,
        kind: str = "Opaque",
    ) -> pulumi.Output[str]:
        """Has a Secret made of what is kept; its name is known once it is there."""
        name, secret_name = f"{self._name}/{what}", f"{self._object_name}-{what}"
        parameters = {key: each.parameter for key, each in kept.items() if each.parameter}
        if not parameters:
            return Secret(
                name,
                {
                    # Of another name than External Secrets', so that a stack can change its backend: the new Secret
                    # is there and in use before the old one goes, with the ExternalSecret that owns it.
                    "secret_name": f"{secret_name}-secret",
                    "namespace": self.namespace,
                    "data": holds(contents.Direct({key: each.value for key, each in kept.items()})),
                    "secret_type": kind,
                },
                self._opts,
            ).secret_name
        return ExternalSecret(
            name,
            {
                "secret_name": secret_name,
                "namespace": self.namespace,
                "parameters": parameters,
                "template": holds(contents.Template()),
                "secret_type": kind,
                "store": self._cluster.secret_store,
                "refresh_interval": self._stack.refresh_interval,
            },
            self._opts,
        ).secret_name
