"""The aws provider, as far as Parameter Store goes.

Follows terraform-provider-aws 6.x (`internal/service/ssm/parameter.go`) as pulumi-aws 7 bridges it.
"""

import os
from collections.abc import Mapping

from lab.plugins.aws.parameter import Parameter
from lab.plugins.aws.store import Ssm
from lab.plugins.core.diff import Difference, compare
from lab.plugins.core.model import Failure, Provider, ResourceType
from lab.plugins.core.properties import Property, faults, read_config
from lab.plugins.core.values import Properties, plain_object

_OPTIONS: Mapping[str, Property] = {
    "version": Property(),
    "region": Property(),
    "profile": Property(),
    "accessKey": Property(),
    "secretKey": Property(),
    "token": Property(),
    "maxRetries": Property("integer"),
    "endpoints": Property("list"),
    "defaultTags": Property("object", fields={"tags": Property("map")}),
    "skipCredentialsValidation": Property("boolean"),
    "skipMetadataApiCheck": Property("boolean"),
    "skipRegionValidation": Property("boolean"),
    "skipRequestingAccountId": Property("boolean"),
}
_REGION = (
    "missing region information: make sure you have set your AWS region, "
    "e.g. `pulumi config set aws:region us-west-2`"
)


class AwsProvider(Provider):
    """Serves one account in one region."""

    name = "aws"

    def __init__(self, version: str) -> None:
        """Stands in for the official plugin of that version."""
        super().__init__(version)
        self._ssm = Ssm()
        self._types: dict[str, ResourceType] = {
            "aws:ssm/parameter:Parameter": Parameter(self._ssm),
        }

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses options that the stand-in does not have, endpoints but SSM's, and no region."""
        config = read_config(_OPTIONS, news)
        failures = faults(_OPTIONS, config)
        endpoints = config.get("endpoints")
        for entry in endpoints if isinstance(endpoints, list) else []:
            for service in plain_object(entry).keys() - {"ssm"}:
                reason = f"endpoints.{service} is not covered by the lab's stand-in for aws"
                failures.append(Failure(f"endpoints.{service}", reason))
        given = config.get("region") or any(
            os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")
        )
        if not given and not self._profile_region(config):
            failures.append(Failure("region", _REGION))
        return news, failures

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """A change never replaces the provider."""
        return Difference(compare(olds, news))

    def configure(self, config: Properties) -> None:
        """Takes over the options; nothing is asked of AWS yet."""
        self._ssm.configure(read_config(_OPTIONS, config))

    def close(self) -> None:
        """Closes the connections to AWS."""
        self._ssm.close()

    def resource(self, token: str) -> ResourceType:
        """The type behind a token."""
        if token not in self._types:
            raise self.not_covered(f"resource type {token}")
        return self._types[token]

    def _profile_region(self, config: Properties) -> bool:
        import boto3
        from botocore.exceptions import BotoCoreError

        profile = config.get("profile")
        try:
            session = boto3.Session(profile_name=str(profile) if profile else None)
            return session.region_name is not None
        except BotoCoreError:
            return False
