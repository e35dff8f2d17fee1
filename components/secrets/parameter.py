"""A secret at rest: an SSM parameter of type SecureString."""

import pulumi
import pulumi_aws as aws

from components.rules.aws import check_parameter_value


def parameter(
    name: str,
    parameter_name: pulumi.Input[str],
    value: pulumi.Input[str],
    description: str,
    tier: str,
    key_id: pulumi.Input[str] | None,
    parent: pulumi.Resource,
    keeps_value: bool = False,
) -> aws.ssm.Parameter:
    """Store a secret whose size is checked before AWS is asked.

    An existing parameter of that name is written over, as a new version: so an `up` that was interrupted, or whose
    state was lost, can be repeated. That it is not somebody else's is checked before (recovery/parameters.py). In the
    update, a value that does not fit the tier raises a ValueError that names the parameter, not the value. One that
    `keeps_value` takes no new value once it exists.

    Source: AWS Systems Manager, "PutParameter".
    """
    return aws.ssm.Parameter(
        name,
        name=parameter_name,
        type="SecureString",
        value=pulumi.Output.all(parameter_name, pulumi.Output.secret(value)).apply(
            lambda known: check_parameter_value(known[0], known[1], tier)
        ),
        description=description,
        tier=tier,
        key_id=key_id,
        overwrite=True,
        opts=pulumi.ResourceOptions(
            parent=parent, ignore_changes=["value"] if keeps_value else None
        ),
    )
