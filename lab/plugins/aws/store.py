"""The connection to AWS's Parameter Store and the official plugin's error texts."""

import os
import threading
from typing import TYPE_CHECKING

from lab.plugins.core.model import ProviderError
from lab.plugins.core.values import Properties, plain_object

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient


class Ssm:
    """The Parameter Store of the provider's account and region, connected on first use."""

    def __init__(self) -> None:
        """Makes a store that is not connected yet."""
        self._client: SSMClient | None = None
        self._config: Properties = {}
        self._lock = threading.Lock()

    def configure(self, config: Properties) -> None:
        """Takes over the provider's options."""
        self._config = config

    def close(self) -> None:
        """Closes every connection."""
        if self._client is not None:
            self._client.close()

    def default_tags(self) -> Properties:
        """The tags that every resource gets."""
        return plain_object(plain_object(self._config.get("defaultTags")).get("tags"))

    def region(self) -> str:
        """The configured region, from the environment or the profile where it is not given."""
        return str(self.client().meta.region_name)

    def client(self) -> "SSMClient":
        """The client; boto3 itself reads AWS_ENDPOINT_URL and the credentials' usual places."""
        # Imported late: it takes longer than all the rest of the plugin's start.
        import boto3
        from botocore.config import Config

        def option(name: str) -> str | None:
            value = self._config.get(name)
            return str(value) if value else None

        retries = self._config.get("maxRetries")
        with self._lock:
            if self._client is None:
                # boto3 knows AWS_DEFAULT_REGION only, the official plugin AWS_REGION first.
                session = boto3.Session(
                    profile_name=option("profile"),
                    region_name=option("region") or os.environ.get("AWS_REGION"),
                    aws_access_key_id=option("accessKey"),
                    aws_secret_access_key=option("secretKey"),
                    aws_session_token=option("token"),
                )
                attempts = retries if isinstance(retries, int) else 25
                config = Config(
                    retries={"mode": "standard", "total_max_attempts": attempts + 1},
                    max_pool_connections=64,
                )
                self._client = session.client("ssm", endpoint_url=self._endpoint(), config=config)
            return self._client

    def _endpoint(self) -> str | None:
        endpoints = self._config.get("endpoints")
        for entry in endpoints if isinstance(endpoints, list) else []:
            endpoint = plain_object(entry).get("ssm")
            if endpoint:
                return str(endpoint)
        return None


def told(doing: str, error: Exception) -> ProviderError:
    """The official plugin's text for an error of an AWS call."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return ProviderError(f"{doing}: {type(error).__name__}: {error}")
    details, answer = error.response["Error"], error.response["ResponseMetadata"]
    return ProviderError(
        f"{doing}: operation error SSM: {error.operation_name}, https response error "
        f"StatusCode: {answer['HTTPStatusCode']}, {details['Code']}: {details.get('Message', '')}"
    )
