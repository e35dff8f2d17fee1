"""The first files of a new application repository."""

from pydantic import Field

from components.values.types import Values


class Scaffold(Values):
    """Files to write once into the application repository."""

    port: int = Field(
        default=3000, ge=1, le=65535, description="port that the container listens on"
    )
    replicas: int = Field(default=1, ge=0, description="replicas of the Deployment")
