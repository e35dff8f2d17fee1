"""Two clusters of one repository: each applies its own path, by its own key, and is woken by its own hook."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import ConfigMap

from lab.world import push
from tests.deployment import Deployment, deployed
from tests.world import World, eventually

REPOSITORY = "fleet"
FULL_NAME = push.full_name(REPOSITORY)
PREFIX = "/fleet-test"


def config_map(name: str, value: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": value}}


def clusters(value: str) -> dict[str, str]:
    """A repository of two clusters; each has a Flux Kustomization of its own for its applications."""
    files: dict[str, str] = {}
    for cluster in ("east", "west"):
        applications = {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": {"name": f"{cluster}-applications", "namespace": "flux-system"},
            "spec": {
                "interval": "1h",
                "path": f"./applications/{cluster}",
                "prune": True,
                "sourceRef": {"kind": "GitRepository", "name": cluster},
            },
        }
        files |= {
            f"clusters/{cluster}/own.yaml": yaml.safe_dump(config_map(f"{cluster}-own", value)),
            f"clusters/{cluster}/applications.yaml": yaml.safe_dump(applications),
            f"applications/{cluster}/application.yaml": yaml.safe_dump(
                config_map(f"{cluster}-application", value)
            ),
        }
    return files


def commit(world: World, value: str) -> None:
    with push.connect(world.state) as github:
        push.commit(github, FULL_NAME, f"Set {value}", clusters(value))


@contextmanager
def synced(world: World, cluster: str, directory: Path) -> Iterator[Deployment]:
    """The stack of one cluster, up."""
    directory.mkdir()
    with deployed(world, cluster, directory) as stack:
        del stack.config["applications"]
        # Only the webhook can make anything happen within a test.
        stack.config["clusterSync"] = {
            "repository": REPOSITORY,
            "path": f"./clusters/{cluster}",
            "name": cluster,
            "interval": "1h",
        }
        stack.config["parameterPrefix"] = PREFIX
        stack.up()
        yield stack


def await_applied(world: World, cluster: str, value: str) -> None:
    """Return once a cluster's own object and that of its applications have a value."""

    def check() -> None:
        for name in (f"{cluster}-own", f"{cluster}-application"):
            found = world.cluster.get(ConfigMap, name, namespace="default")
            assert found.data == {"key": value}

    eventually(check)


def left(world: World, cluster: str) -> list[str]:
    """What there is of a cluster: its objects, its deploy key, its hooks, its parameters."""
    titles = [str(each["title"]) for each in world.get(f"/repos/{FULL_NAME}/keys")]
    names = [*titles, *world.parameters(PREFIX)]
    return world.objects(cluster) + [name for name in names if cluster in name]


def test_two_clusters_of_one_repository_share_nothing(world: World, tmp_path: Path) -> None:
    world.make_repository(REPOSITORY)
    commit(world, "one")
    with (
        synced(world, "east", tmp_path / "east") as east,
        synced(world, "west", tmp_path / "west") as west,
    ):
        for cluster in ("east", "west"):
            await_applied(world, cluster, "one")
        keys = world.get(f"/repos/{FULL_NAME}/keys")
        assert {each["title"] for each in keys} == {"flux clusters/east", "flux clusters/west"}
        assert all(each["read_only"] for each in keys)
        assert set(world.parameters(PREFIX)) == {
            f"{PREFIX}/developer-friendly/fleet/clusters/{cluster}/{what}"
            for cluster in ("east", "west")
            for what in ("deploy-key", "receiver/token")
        }
        urls = [each.output("receiverUrls")[FULL_NAME] for each in (east, west)]
        hooks = world.get(f"/repos/{FULL_NAME}/hooks")
        assert sorted(each["config"]["url"] for each in hooks) == sorted(urls)  # type: ignore[index]

        commit(world, "two")
        for cluster in ("east", "west"):
            await_applied(world, cluster, "two")

        kept = left(world, "east")
        west.operate("destroy")
        assert left(world, "west") == []
        with pytest.raises(ApiError, match="not found"):
            world.cluster.get(ConfigMap, "west-application", namespace="default")
        assert left(world, "east") == kept
        assert east.up("--expect-no-changes").steps == {}
        commit(world, "three")
        await_applied(world, "east", "three")
