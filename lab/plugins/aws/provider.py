"""The aws provider: its one option, the region, and its one type."""

import os
from collections.abc import Mapping

from lab.plugins.aws.parameter import Parameter
from lab.plugins.aws.store import Store
from lab.plugins.core.diff import Difference, compare
from lab.plugins.core.model import Failure, Provider, ResourceType
from lab.plugins.core.properties import Property, errors_in
from lab.plugins.core.values import Properties

_OPTIONS: Mapping[str, Property] = {"version": Property(), "region": Property()}
_REGION = (
    "missing region information: make sure you have set your AWS region, "
    "e.g. `pulumi config set aws:region us-west-2`"
)


class AwsProvider(Provider):
    """Serves one account in one region; credentials and endpoint come from the environment."""

    name = "aws"

    def __init__(self, version: str) -> None:
        """Stands in for the official plugin of that version."""
        super().__init__(version)
        self._store = Store()
        self._types: dict[str, ResourceType] = {
            "aws:ssm/parameter:Parameter": Parameter(self._store),
        }

    def check_config(self, news: Properties) -> tuple[Properties, list[Failure]]:
        """Refuses every option but the region, and no region."""
        failures = errors_in(_OPTIONS, news)
        from_environment = any(map(os.environ.get, ("AWS_REGION", "AWS_DEFAULT_REGION")))
        if not news.get("region") and not from_environment:
            failures.append(Failure("region", _REGION))
        return news, failures

    def diff_config(self, olds: Properties, news: Properties) -> Difference:
        """A change never replaces the provider."""
        return Difference(compare(olds, news))

    def configure(self, config: Properties) -> None:
        """Takes over the region; AWS is not asked for anything yet."""
        region = config.get("region")
        self._store.configure(str(region) if region else None)

    def close(self) -> None:
        """Closes the connections to AWS."""
        self._store.close()

    def resource(self, token: str) -> ResourceType:
        """The type behind a token."""
        if token not in self._types:
            raise self.not_covered(f"resource type {token}")
        return self._types[token]
