"""Stores the secrets of a component and brings them into the cluster, by the backend of the stack."""

import copy
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.objects.external_secret import external_secret
from components.objects.kubernetes_secret import kubernetes_secret
from components.objects.metadata import stack_id
from components.objects.place import Place
from components.rules import defaults
from components.rules.choices import ParameterTier, SecretBackend
from components.rules.generations import suffix
from components.secrets.args import SecretsArgs, StoredSecret
from components.secrets.data import SecretData, TemplateSource, ValueSource
from components.secrets.parameter import parameter

OPAQUE = "Opaque"
"""Kubernetes type of a Secret that has no other."""


class Secrets:
    """The secrets of one component: `store` each, then combine them `into_cluster`."""

    def __init__(self, name: str, args: SecretsArgs, parent: pulumi.Resource) -> None:
        """`name` begins every logical name; the resources are children of `parent`."""
        self._name, self._args, self._parent = name, args, parent
        self.prefix = args.get("parameter_prefix", defaults.PARAMETER_PREFIX)
        """First segments of every default SSM name."""
        self.parameters: dict[str, aws.ssm.Parameter] = {}
        """The SSM parameters by purpose, such as "deploy-key"; none with the backend `kubernetes`."""
        self._generation, self._keeps_values = 1, False

    def of(self, generation: int, keeps_values: bool = False) -> "Secrets":
        """Return the same for another generation, to whose names its ending is added.

        With `keeps_values` a secret that exists already keeps the value that it has.
        """
        others = copy.copy(self)
        others._generation, others._keeps_values = generation, keeps_values
        return others

    @property
    def _in_parameter_store(self) -> bool:
        backend = self._args.get("backend", SecretBackend.EXTERNAL_SECRETS)
        return SecretBackend(backend) is SecretBackend.EXTERNAL_SECRETS

    def store(
        self, purpose: str, parameter_name: pulumi.Input[str], value: pulumi.Input[str]
    ) -> StoredSecret:
        """Register a secret; with External Secrets it is written to the SSM parameter `parameter_name`."""
        secret, generation = pulumi.Output.secret(value), self._generation
        if not self._in_parameter_store:
            return {"value": secret, "generation": generation}
        ending = suffix(generation)
        tier = ParameterTier(self._args.get("parameter_tier", defaults.PARAMETER_TIER))
        stored = self.parameters[f"{purpose}{ending}"] = parameter(
            f"{self._name}/{purpose}{ending}",
            pulumi.Output.concat(parameter_name, ending),
            secret,
            # Its end says whose the parameter is.
            f"{purpose}{ending} of {self._name}, stored by fluxhook for {stack_id()}",
            tier.value,
            self._args.get("kms_key_id"),
            self._parent,
            self._keeps_values,
        )
        return {
            "value": secret,
            "parameter_name": stored.name,
            "parameter_version": stored.version,
            "generation": generation,
        }

    def into_cluster(
        self,
        place: Place,
        purpose: str,
        stored: Mapping[str, StoredSecret],
        data: SecretData,
        secret_type: str = OPAQUE,
    ) -> pulumi.Output[str]:
        """Create the Secret `<object name>-<purpose>` from stored secrets; return its name, known once it exists.

        `stored` are the secrets by the keys under which `data` asks for them.
        """
        place = place.of(self._generation)
        if self._in_parameter_store:
            return external_secret(
                place.renamed(f"{place.object_name}-{purpose}"),
                purpose,
                {key: each["parameter_name"] for key, each in stored.items()},
                {key: each["parameter_version"] for key, each in stored.items()},
                data(TemplateSource()),
                secret_type,
                self._args.get("store", defaults.SECRET_STORE),
                self._args.get("refresh_interval", defaults.REFRESH_INTERVAL),
            )
        values = ValueSource({key: each["value"] for key, each in stored.items()})
        # Another name than External Secrets', so that a stack can change its backend: the new Secret exists and is in
        # use before the old one is deleted with its ExternalSecret.
        renamed = place.renamed(f"{place.object_name}-{purpose}-secret")
        return kubernetes_secret(renamed, purpose, data(values), secret_type, self._keeps_values)
