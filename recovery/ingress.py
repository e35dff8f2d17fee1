"""Whether an Ingress controller serves the way in, before GitHub is told of it.

The Kubernetes plugin could wait for that, but prints the secret path (components/entry/ingress.py).
"""

import asyncio
from collections.abc import Awaitable, Callable

import pulumi

from components.rules.kubernetes import COMPONENT_ANNOTATION, NETWORKING, STACK_ANNOTATION
from recovery.cluster import NO_ANSWER, Cluster

LIMIT = 300.0
"""Seconds in which a controller must write an address into the status."""
PAUSE = 1.0


def without_address(cluster: Cluster, stack: str, namespace: str, name: str) -> str | None:
    """Return which Ingress of the webhook `name` has no address yet, in words; None when all have one.

    The Ingresses of a webhook are those that name its component, `owner/repository`, and `stack` as their owners.
    """
    component = name.rpartition("/")[0]
    try:
        found = cluster.whole_list(NETWORKING, "Ingress", namespace)
    except NO_ANSWER as error:
        # Its type alone: the text of some quotes the kubeconfig.
        return f"the cluster cannot be asked for the address of an Ingress ({type(error).__name__})"
    owner = {STACK_ANNOTATION: stack, COMPONENT_ANNOTATION: component}
    for each in found:
        metadata, balancer = each["metadata"], each["status"].get("loadBalancer") or {}
        owned = owner.items() <= (metadata.get("annotations") or {}).items()
        if owned and not balancer.get("ingress"):
            class_name = each["spec"].get("ingressClassName", "")
            return (
                f"Ingress {namespace}/{metadata['name']} has no address in its status: no controller of the class"
                f" {class_name} serves it yet, so GitHub is not told. `kubectl get ingressclass` shows the classes that"
                " there are: correct `ingress.className`, or start the controller, and run `pulumi up` again"
            )
    return None


async def until_served(ask: Callable[[], Awaitable[str | None]]) -> None:
    """Ask again and again until nothing is returned; show what is.

    Raises:
        RuntimeError: something still is after five minutes; the message is what was returned.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + LIMIT
    while told := await ask():
        pulumi.log.info(told, ephemeral=True)
        if loop.time() > end:
            raise RuntimeError(told)
        await asyncio.sleep(PAUSE)
