"""Another cluster in which a delivery is applied."""

from pydantic import Field

from settings.models.group import Group
from settings.models.types import DataKey, ObjectName


class KubeConfig(Group):
    """A Secret in the namespace of Flux with the kubeconfig of another cluster."""

    secret_name: ObjectName = Field(description="name of the Secret")
    key: DataKey | None = Field(default=None, description="its key; value or value.yaml by default")
