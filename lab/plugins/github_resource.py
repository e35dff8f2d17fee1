"""What the types of the github provider have in common."""

from lab.plugins.github_client import GithubClient, GithubError
from lab.plugins.schema import SchemaResource
from lab.plugins.values import Properties


class GithubResource(SchemaResource):
    """A resource type behind GitHub's REST API."""

    def __init__(self, client: GithubClient) -> None:
        """Takes the account's client."""
        self.client = client

    def remove(self, path: str) -> None:
        """Deletes what the path names; what is gone already is no fault."""
        try:
            self.client.request("DELETE", path)
        except GithubError as error:
            if error.code != 404:
                raise

    def look_up(self, path: str) -> tuple[Properties, str] | None:
        """Reads what the path names, None where it is gone."""
        try:
            return self.client.request("GET", path)
        except GithubError as error:
            if error.code == 404:
                return None
            raise
