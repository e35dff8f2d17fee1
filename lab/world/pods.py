"""`python -m lab.world.pods CONFIG.json`: sets every pod to ready, until SIGTERM.

It stands for a scheduler and kubelets and runs no container. Controllers wait for ready pods: Helm for
the Deployments of a release, a Kustomization with `wait` for its own.
"""

import asyncio
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from lightkube import ALL_NS, ApiError, AsyncClient, KubeConfig
from lightkube.models.core_v1 import PodCondition, PodStatus
from lightkube.resources.core_v1 import Pod
from lightkube.types import PatchType
from pydantic import BaseModel

log = logging.getLogger(__name__)

AGAIN = 0.2
"""Seconds until the API server is asked again after an error."""


class Config(BaseModel):
    """The configuration file.

    Attributes:
        port: Accepts connections on loopback as long as pods are followed.
        kubeconfig: The cluster, with the right to watch pods and to write their statuses.
    """

    port: int
    kubeconfig: Path


def _ready(pod: Pod) -> bool:
    conditions = (pod.status and pod.status.conditions) or []
    return any(each.type == "Ready" and each.status == "True" for each in conditions)


async def _run(client: AsyncClient, pod: Pod) -> None:
    """Writes the status of a pod whose containers all run."""
    if pod.metadata is None or pod.metadata.name is None:
        return
    now = datetime.now(UTC)
    # In the order of https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
    types = ("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")
    status = PodStatus(
        phase="Running",
        startTime=now,
        conditions=[
            PodCondition(type=each, status="True", lastTransitionTime=now) for each in types
        ],
    )
    try:
        await client.patch(
            Pod.Status,
            pod.metadata.name,
            {"status": status.to_dict()},
            namespace=pod.metadata.namespace,
            patch_type=PatchType.STRATEGIC,
        )
    except ApiError as error:
        # Deleted since.
        if error.status.code != httpx2.codes.NOT_FOUND:
            raise


async def follow(config: Config) -> None:
    """Follows all pods until the task is cancelled."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", config.port)
    kubeconfig = KubeConfig.from_file(config.kubeconfig)
    async with server, AsyncClient(kubeconfig, trust_env=False) as client:
        while True:
            try:
                # 0 begins with the pods that the API server has in its cache. Without a version it would wait until
                # the cache is as new as etcd, which a busy cluster with etcd before 3.5.13 never tells.
                watch = client.watch(Pod, namespace=ALL_NS, resource_version="0")
                async for event, pod in watch:
                    if event != "DELETED" and not _ready(pod):
                        await _run(client, pod)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                log.info("pods are read again: %s", error)
            await asyncio.sleep(AGAIN)


def main() -> None:
    """Reads the configuration file that the first argument names, and follows the pods."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    # It would log every request.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(follow(Config.model_validate_json(Path(sys.argv[1]).read_text())))


if __name__ == "__main__":
    main()
