"""A secret value at rest: an SSM parameter of type SecureString."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components._rules import check_parameter_value

DEFAULT_TIER = "Standard"
"""4,096 bytes, free of charge."""


class ParameterArgs(TypedDict):
    """Inputs of a Parameter."""

    parameter_name: pulumi.Input[str]
    """Full name, beginning with `/`."""
    value: pulumi.Input[str]
    """The secret; at most 4,096 bytes in tier Standard, 8,192 in the others."""
    description: pulumi.Input[str]
    """What the value is, for whoever finds it in the console."""
    tier: NotRequired[pulumi.Input[str]]
    """`Standard`, `Advanced` or `Intelligent-Tiering`; defaults to Standard."""
    key_id: NotRequired[pulumi.Input[str] | None]
    """KMS key id, alias or ARN; defaults to the account's `alias/aws/ssm`."""


class Parameter(pulumi.ComponentResource):
    """One SecureString whose value is known to fit its tier before AWS is asked.

    An existing parameter of that name is not taken over: AWS answers ParameterAlreadyExists.

    Source: AWS Systems Manager, "PutParameter".
    """

    parameter_name: pulumi.Output[str]
    """Full name; known once the value is stored, so what reads it comes after."""
    version: pulumi.Output[int]
    """Version of the value; grows with every change."""
    arn: pulumi.Output[str]
    """ARN, for policies."""

    def __init__(
        self, name: str, args: ParameterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Store the value.

        Raises:
            ValueError: in the update, when the value does not fit the tier; it names the parameter, not the value.
        """
        super().__init__("fluxhook:index:Parameter", name, {}, opts)
        tier = args.get("tier", DEFAULT_TIER)
        checked = pulumi.Output.all(
            args["parameter_name"], pulumi.Output.secret(args["value"]), tier
        )
        parameter = aws.ssm.Parameter(
            f"{name}-parameter",
            name=args["parameter_name"],
            type="SecureString",
            value=checked.apply(lambda c: check_parameter_value(*c)),
            description=args["description"],
            tier=tier,
            key_id=args.get("key_id"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.parameter_name = parameter.name
        self.version = parameter.version
        self.arn = parameter.arn
        self.register_outputs({"parameter_name": self.parameter_name, "arn": self.arn})
