"""The first files of a new application repository."""

from pydantic import Field

from components.rules import defaults
from settings.models.group import Group
from settings.models.types import Port


class Scaffold(Group):
    """Files to write once into the application repository."""

    port: Port = Field(
        default=defaults.SCAFFOLD_PORT, description="port on which the container listens"
    )
    replicas: int = Field(
        default=defaults.SCAFFOLD_REPLICAS, ge=0, description="replicas of the Deployment"
    )
