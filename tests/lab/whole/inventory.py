"""Lists every object of the cluster and every parameter, to check that nothing is left behind."""

from collections.abc import Iterator
from typing import Any

from lightkube import KubeConfig
from lightkube.config import client_adapter

from tests.world import World

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
PASSING = {"events", "leases", "componentstatuses"}
"""Resources that the cluster itself keeps changing, or that are not stored objects."""


def inventory(world: World) -> set[str]:
    """Returns `path/resource namespace/name` of every object and `ssm NAME` of every SSM parameter."""
    config = KubeConfig.from_file(world.directory.kubeconfig).get()
    assert config
    parameters = client_adapter.ConnectionParams(trust_env=False)
    with client_adapter.Client(config, parameters) as http:

        def get(path: str, accept: str) -> Any:
            return http.get(path, headers={"Accept": accept}).raise_for_status().json()

        return {
            f"{base.removeprefix('/')}/{resource} {_name(each)}"
            for root in ("/api", "/apis")
            for base, resource in _resources(root, get(root, DISCOVERY))
            for each in get(f"{base}/{resource}", METADATA)["items"] or []
        } | {f"ssm {name}" for name in world.parameters("/")}


def _resources(root: str, discovered: Any) -> Iterator[tuple[str, str]]:
    for group in discovered["items"]:
        name = group["metadata"].get("name")
        # Only the preferred version, which is the first, so that each object is listed once.
        version = group["versions"][0]
        base = f"{root}/{name}/{version['version']}" if name else f"{root}/{version['version']}"
        for each in version.get("resources", []):
            if "list" in each["verbs"] and each["resource"] not in PASSING:
                yield base, each["resource"]


def _name(found: Any) -> str:
    metadata = found["metadata"]
    return f"{metadata.get('namespace', '')}/{metadata['name']}"
