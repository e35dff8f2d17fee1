"""Secrets at rest in Parameter Store, and those of an application from there in the cluster."""

from collections.abc import Mapping

import pulumi

from components import templates
from components.external_secret import ExternalSecret
from components.parameter import Parameter
from components.values import Stack


def store(
    name: str,
    stack: Stack,
    parameter_name: str,
    value: pulumi.Input[str],
    what: str,
    opts: pulumi.ResourceOptions,
) -> Parameter:
    """Stores a secret value in Parameter Store, in the tier and with the key of the stack."""
    return Parameter(
        name,
        {
            "parameter_name": parameter_name,
            "value": value,
            "description": f"{what}, made by fluxhook",
            "tier": stack.parameter_tier,
            "key_id": stack.kms_key_id,
        },
        opts,
    )


class Secrets:
    """Makes an application's Parameters and ExternalSecrets; every one is named after what it holds."""

    def __init__(
        self, name: str, stack: Stack, app_name: str, opts: pulumi.ResourceOptions
    ) -> None:
        """`name` is `owner/repository`; Secrets in the cluster are called `<app_name>-<what>`."""
        self._name, self._stack, self._app_name, self._opts = name, stack, app_name, opts
        self.parameters: dict[str, Parameter] = {}
        """Those that were stored, by what they hold."""

    def store(self, what: str, parameter_name: str, value: pulumi.Input[str]) -> Parameter:
        """Stores a secret value in Parameter Store."""
        described = f"{what} of {self._name}"
        self.parameters[what] = store(
            f"{self._name}/{what}", self._stack, parameter_name, value, described, self._opts
        )
        return self.parameters[what]

    def sync(
        self,
        what: str,
        parameters: Mapping[str, Parameter],
        template: templates.Template,
        kind: str = "Opaque",
    ) -> pulumi.Output[str]:
        """Has a Secret made from parameters; its name is known once it is there."""
        return ExternalSecret(
            f"{self._name}/{what}",
            {
                "secret_name": f"{self._app_name}-{what}",
                "namespace": self._stack.namespace,
                "parameters": parameters,
                "template": template,
                "secret_type": kind,
                "store": self._stack.secret_store,
                "refresh_interval": self._stack.refresh_interval,
            },
            self._opts,
        ).secret_name
