"""What a refresh expects of an object, whatever its annotation waits for: `awaitRead` of the official plugin.

After pulumi-kubernetes `provider/pkg/await/{await,ingress,service}.go`.
"""

from collections.abc import Iterator

from lab.plugins.core.model import Call, ProviderError
from lab.plugins.core.values import Properties, Value, plain_object
from lab.plugins.kubernetes.cluster import Cluster
from lab.plugins.kubernetes.objects import identifier, metadata
from lab.plugins.kubernetes.waiting import NotReadyError, is_skipped


def expect_ready(call: Call, cluster: Cluster, inputs: Properties, live: Properties) -> None:
    """Refuses an Ingress or a LoadBalancer without an address; warns of an Ingress without endpoints.

    The warning quotes host and path of each rule whose Service has no Endpoints, or none that may be listed. Of an
    object that asks not to be waited for nothing is expected.

    Raises:
        NotReadyError: It has no address.
    """
    kind, type_ = live.get("kind"), plain_object(live.get("spec")).get("type")
    if is_skipped(inputs) or (kind != "Ingress" and (kind, type_) != ("Service", "LoadBalancer")):
        return
    if kind == "Ingress":
        for place, service in _without_endpoints(cluster, live):
            text = f'No matching service found for ingress rule: "{place}" -> "{service}"'
            call.log("WARNING", text)
    balancer = plain_object(plain_object(live.get("status")).get("loadBalancer"))
    if not balancer.get("ingress"):
        raise NotReadyError(
            f'{kind} "{identifier(live)}" has no address in .status.loadBalancer', live
        )


def _without_endpoints(cluster: Cluster, live: Properties) -> Iterator[tuple[str, str]]:
    """Yields host and path, and the Service, of each rule that leads to no known Endpoints."""
    namespace = metadata(live).get("namespace")
    known = {str(metadata(each)["name"]) for each in _listed(cluster, "Endpoints", namespace)}
    for each in _listed(cluster, "Service", namespace):
        if plain_object(each.get("spec")).get("type") == "ExternalName":
            known.add(str(metadata(each)["name"]))
    for rule in _objects(plain_object(live.get("spec")).get("rules")):
        for path in _objects(plain_object(rule.get("http")).get("paths")):
            service = plain_object(plain_object(path.get("backend")).get("service")).get("name")
            if service and service not in known:
                yield f"{rule.get('host') or ''}{path.get('path') or ''}", str(service)


def _listed(cluster: Cluster, kind: str, namespace: Value) -> list[Properties]:
    place: Properties = {"namespace": namespace}
    target: Properties = {"apiVersion": "v1", "kind": kind, "metadata": place}
    try:
        answer, _ = cluster.request("GET", cluster.path(target, with_name=False))
    except ProviderError:
        return []
    return _objects(answer.get("items"))


def _objects(found: Value) -> list[Properties]:
    return [plain_object(each) for each in found] if isinstance(found, list) else []
