"""The part of the double's page that reads a real API server."""

import asyncio

from lab.github.page.cluster import Cluster, ClusterObject
from lab.github.page.tables import of_cluster
from tests.cluster.conftest import World

RELEASES = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases"
FAILED = {
    "type": "Ready",
    "status": "False",
    "reason": "InstallFailed",
    "message": "install retries exhausted",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}


def listed(world: World) -> list[ClusterObject]:
    """The objects that the page shows."""

    async def get() -> list[ClusterObject]:
        cluster = Cluster(world.lab.kubeconfig)
        try:
            return await cluster.objects()
        finally:
            await cluster.close()

    return asyncio.run(get())


def test_every_kind_is_listed_and_a_failing_helm_release_counted(world: World) -> None:
    source = {"kind": "HelmRepository", "name": "charts"}
    spec = {"interval": "1m", "chart": {"spec": {"chart": "app", "sourceRef": source}}}
    kind = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease"}
    body = {**kind, "metadata": {"name": "failing"}, "spec": spec}
    world.api.post(RELEASES, json=body).raise_for_status()
    try:
        world.api.patch(
            f"{RELEASES}/failing/status",
            headers={"Content-Type": "application/merge-patch+json"},
            json={"status": {"conditions": [FAILED], "lastAttemptedRevision": "0.2.0"}},
        ).raise_for_status()
        (shown,) = [each for each in listed(world) if each.kind == "HelmRelease"]
    finally:
        world.api.delete(f"{RELEASES}/failing")

    assert (shown.name, shown.ready, shown.revision) == ("failing", "False", "0.2.0")
    (table,) = of_cluster([shown]).tables
    assert table.caption == "Objects: 0 of 1 ready"
