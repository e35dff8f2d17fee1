"""Parameters under a key of the customer's, in the advanced tier."""

import json
from pathlib import Path

from tests.deployment import deployed
from tests.world import World


def test_every_parameter_has_the_customers_key_and_tier_and_the_policy_names_both(
    world: World, tmp_path: Path
) -> None:
    endpoint = world.environment["AWS_ENDPOINT_URL"]
    key = world.aws.client("kms", endpoint_url=endpoint).create_key()["KeyMetadata"]["Arn"]
    with deployed(world, "customers-key", tmp_path) as stack:
        stack.config |= {"kmsKeyId": key, "parameterTier": "Advanced"}
        stack.config["registryToken"] = "x" * 5000
        stack.config["applications"] = [
            {
                "repository": "customers-key",
                "image": {"name": "ghcr.io/o/r", "private": True, "automation": False},
            }
        ]
        stack.up()
        filters = [{"Key": "Path", "Option": "Recursive", "Values": ["/customers-key"]}]
        ssm = world.aws.client("ssm", endpoint_url=endpoint)
        listed = ssm.describe_parameters(ParameterFilters=filters)["Parameters"]  # type: ignore[arg-type]
        assert len(listed) == 3
        assert {(each["Type"], each["KeyId"], each["Tier"]) for each in listed} == {
            ("SecureString", key, "Advanced")
        }
        read, decrypt = json.loads(str(stack.output("secretStorePolicy")))["Statement"]
        arns = {f"arn:aws:ssm:eu-central-1:123456789012:parameter{e['Name']}" for e in listed}
        assert set(read["Resource"]) == arns
        assert decrypt == {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [key]}
        assert stack.up("--expect-no-changes").steps == {}
