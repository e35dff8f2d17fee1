"""The connection to AWS's Parameter Store, and the official plugin's error texts."""

import os
import threading
from typing import TYPE_CHECKING

from lab.plugins.core.model import ProviderError

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

_ATTEMPTS = 26  # The official plugin repeats a request 25 times.


class Store:
    """The Parameter Store of one account in one region, connected on first use."""

    def __init__(self) -> None:
        """Makes a store that is not connected yet."""
        self._client: SSMClient | None = None
        self._region: str | None = None
        self._lock = threading.Lock()

    def configure(self, region: str | None) -> None:
        """Sets the region; without one the environment decides."""
        self._region = region

    def close(self) -> None:
        """Closes every connection."""
        if self._client is not None:
            self._client.close()

    def region(self) -> str:
        """The region in use."""
        return str(self.client().meta.region_name)

    def client(self) -> "SSMClient":
        """The client; endpoint and credentials are boto3's, from the environment."""
        # Imported late: it takes longer than all the rest of the plugin's start.
        import boto3
        from botocore.config import Config

        with self._lock:
            if self._client is None:
                config = Config(
                    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
                    max_pool_connections=64,
                )
                # boto3 reads AWS_DEFAULT_REGION alone, the official plugin AWS_REGION first.
                region = self._region or os.environ.get("AWS_REGION")
                self._client = boto3.Session(region_name=region).client("ssm", config=config)
            return self._client


def official_error(doing: str, error: Exception) -> ProviderError:
    """The error for the user: that of an AWS call, in the official plugin's words."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return ProviderError(f"{doing}: {type(error).__name__}: {error}")
    details, answer = error.response["Error"], error.response["ResponseMetadata"]
    return ProviderError(
        f"{doing}: operation error SSM: {error.operation_name}, https response error "
        f"StatusCode: {answer['HTTPStatusCode']}, {details['Code']}: {details.get('Message', '')}"
    )
