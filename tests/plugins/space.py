"""A namespace in a real API server, and who looks at it from outside."""

from dataclasses import dataclass

import grpc
import pytest

from lab.plugins.core.values import Properties, Value
from lab.plugins.kubernetes.cluster import Cluster
from tests.plugins.protocol import Plugin

WIDGET = "kubernetes:lab.test/v1:Widget"
ANY: Properties = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
DEFINITION: Properties = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.lab.test"},
    "spec": {
        "group": "lab.test",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {"spec": ANY, "status": ANY},
                    }
                },
            }
        ],
    },
}


@dataclass
class Space:
    """A namespace of its own for one test, and who looks at it from outside."""

    name: str
    cluster: Cluster
    plugin: Plugin

    def widget(self, spec: Properties | None = None, **annotations: Value) -> Properties:
        named = {f"pulumi.com/{name}": value for name, value in annotations.items()}
        metadata: Properties = {"name": "w", "namespace": self.name}
        if named:
            metadata["annotations"] = named
        given: Properties = spec if spec is not None else {"size": 1}
        return {
            "apiVersion": "lab.test/v1",
            "kind": "Widget",
            "metadata": metadata,
            "spec": given,
        }

    def live(self) -> Properties:
        return self.cluster.request("GET", self.cluster.path(self.widget()))[0]

    def patch(self, body: Properties, subresource: str = "") -> None:
        path = self.cluster.path(self.widget()) + subresource
        self.cluster.request("PATCH", path, body, None, "application/merge-patch+json")


def details(refused: pytest.ExceptionInfo[grpc.RpcError]) -> str:
    """The message that the engine would show."""
    return refused.value.details() or ""
