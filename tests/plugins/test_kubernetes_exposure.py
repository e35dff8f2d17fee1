"""The kubernetes stand-in and the cluster's own kinds by which a Service is exposed."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import grpc
import pytest

from lab.plugins.core.model import Call
from lab.plugins.core.values import Properties, Secret, Value, plain_object
from lab.plugins.kubernetes.cluster import ApiError
from lab.plugins.kubernetes.reading import expect_ready
from tests.plugins.protocol import StartPlugin, kinds
from tests.plugins.space import Space, details

SERVICE = "kubernetes:core/v1:Service"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
NAMESPACE = "kubernetes:core/v1:Namespace"
SEALED = "kubernetes:core/v1:Secret"

ADDRESS = "jsonpath={.status.loadBalancer.ingress[0]}"
WAITS = [ADDRESS, f'["{ADDRESS}"]']


def named(space: Space, **annotations: str) -> Properties:
    given: Properties = {f"pulumi.com/{name}": value for name, value in annotations.items()}
    return {"name": "exposed", "namespace": space.name, "annotations": given}


def service(space: Space, type_: str, **annotations: str) -> Properties:
    ports: list[Value] = [{"port": 80, "targetPort": "http-webhook"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": named(space, **annotations),
        "spec": {"type": type_, "selector": {"app": "notification-controller"}, "ports": ports},
    }


def ingress(space: Space, class_: str = "lab", **annotations: str) -> Properties:
    backend: Properties = {"service": {"name": "webhook-receiver", "port": {"number": 80}}}
    path: Properties = {"path": "/hook/abc", "pathType": "Exact", "backend": backend}
    rule: Properties = {"host": "flux.fluxhook.test", "http": {"paths": [path]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": named(space, **annotations),
        "spec": {"ingressClassName": class_, "rules": [rule]},
    }


def hostname(state: Properties) -> str:
    """The first address in the status of a state."""
    listed = plain_object(plain_object(state["status"])["loadBalancer"])["ingress"]
    assert isinstance(listed, list)
    return str(plain_object(listed[0])["hostname"])


@pytest.mark.parametrize("wait", WAITS)
def test_a_load_balancer_is_waited_for_until_it_has_an_address(space: Space, wait: str) -> None:
    wanted = service(space, "LoadBalancer", waitFor=wait)
    identifier, state = space.plugin.create(SERVICE, wanted)
    assert hostname(state).endswith(".lb.fluxhook.test")
    assert plain_object(state["spec"])["clusterIP"]
    assert kinds(space.plugin.diff(SERVICE, state, wanted)) == {}
    space.plugin.delete(SERVICE, identifier, state)


@pytest.mark.parametrize("wait", WAITS)
def test_an_ingress_is_waited_for_until_it_has_an_address(space: Space, wait: str) -> None:
    wanted = ingress(space, waitFor=wait)
    identifier, state = space.plugin.create(INGRESS, wanted)
    assert hostname(state) == "ingress.fluxhook.test"
    assert kinds(space.plugin.diff(INGRESS, state, wanted)) == {}
    space.plugin.delete(INGRESS, identifier, state)


def test_a_node_port_that_is_not_waited_for_gives_back_what_the_cluster_chose(
    space: Space,
) -> None:
    identifier, state = space.plugin.create(SERVICE, service(space, "NodePort", skipAwait="true"))
    ports = plain_object(state["spec"])["ports"]
    assert isinstance(ports, list)
    assert plain_object(ports[0])["nodePort"]
    assert state["status"] == {"loadBalancer": {}}
    space.plugin.delete(SERVICE, identifier, state)


def test_a_service_changes_its_type_in_place(space: Space) -> None:
    identifier, state = space.plugin.create(SERVICE, service(space, "NodePort", skipAwait="true"))
    wanted = service(space, "LoadBalancer", waitFor=ADDRESS)
    difference = space.plugin.diff(SERVICE, state, wanted)
    assert kinds(difference)["spec.type"] == "UPDATE"
    state = space.plugin.update(SERVICE, identifier, state, wanted)
    assert hostname(state).endswith(".lb.fluxhook.test")


def foreign_service(space: Space, **annotations: str) -> Properties:
    """A load balancer of which no cloud of the lab's takes care."""
    made = service(space, "LoadBalancer", **annotations)
    spec = plain_object(made["spec"]) | {"loadBalancerClass": "example.org/none"}
    return {**made, "spec": spec}


def foreign_ingress(space: Space, **annotations: str) -> Properties:
    """An Ingress of which no controller of the lab's takes care."""
    return ingress(space, "none", **annotations)


@pytest.mark.parametrize(
    ("token", "made"), [(SERVICE, foreign_service), (INGRESS, foreign_ingress)]
)
def test_an_address_that_never_comes_is_told_and_told_again_by_a_refresh(
    space: Space, token: str, made: Callable[..., Properties]
) -> None:
    wanted = made(space, waitFor=ADDRESS)
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.create(token, wanted, timeout=0.3)
    assert "{.status.loadBalancer.ingress[0]} to exist" in details(refused)
    identifier, inputs = f"{space.name}/exposed", space.plugin.checked(token, wanted)
    state: Properties = {**inputs, "__inputs": inputs}
    with pytest.raises(grpc.RpcError) as refused:
        space.plugin.read(token, identifier, inputs, state)
    assert "has no address" in details(refused)
    skipped = space.plugin.checked(token, made(space, skipAwait="true"))
    assert space.plugin.read(token, identifier, skipped, state)[0] == identifier


@pytest.mark.parametrize("known", ["", "Endpoints", "ExternalName"])
def test_a_refresh_tells_the_path_of_an_ingress_without_endpoints_unless_it_is_not_waited_for(
    space: Space, known: str
) -> None:
    shown: list[str] = []
    call = Call("urn:pulumi:dev::tests::i::one", lambda *told: shown.append(told[1]), Event())
    place: Properties = {"name": "webhook-receiver", "namespace": space.name}
    objects: dict[str, Properties] = {
        "Endpoints": {"kind": "Endpoints"},
        "ExternalName": {
            "kind": "Service",
            "spec": {"type": "ExternalName", "externalName": "flux.test"},
        },
    }
    if known:
        made: Properties = {"apiVersion": "v1", "metadata": place, **objects[known]}
        space.cluster.request("POST", space.cluster.path(made, with_name=False), made)
    wanted = ingress(space, waitFor=ADDRESS)
    _, live = space.plugin.create(INGRESS, wanted)
    expect_ready(call, space.cluster, wanted, live)
    warning = (
        "No matching service found for ingress rule: "
        '"flux.fluxhook.test/hook/abc" -> "webhook-receiver"'
    )
    assert shown == ([] if known else [warning])
    shown.clear()
    expect_ready(call, space.cluster, ingress(space, skipAwait="true"), live)
    assert shown == []


def test_the_deletion_of_a_namespace_waits_until_it_is_gone_with_all_that_is_in_it(
    space: Space,
) -> None:
    name = f"{space.name}-inner"
    wanted: Properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    identifier, state = space.plugin.create(NAMESPACE, wanted)
    assert (identifier, state["status"]) == (name, {"phase": "Active"})
    inner: Properties = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": name},
    }
    space.plugin.create(SEALED, inner)
    space.plugin.delete(NAMESPACE, identifier, state)
    for target in (wanted, inner):
        with pytest.raises(ApiError) as gone:
            space.cluster.request("GET", space.cluster.path(target))
        assert gone.value.code == 404


def test_a_mutable_secret_changes_in_place(
    space: Space, plugin: StartPlugin, kubeconfig: Path
) -> None:
    options: Properties = {"kubeconfig": str(kubeconfig), "enableSecretMutable": "true"}
    mutable = plugin("kubernetes", options)

    def sealed(**texts: str) -> Properties:
        given: Properties = {name: Secret(text) for name, text in texts.items()}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "s", "namespace": space.name},
            "stringData": given,
        }

    identifier, state = mutable.create(SEALED, sealed(token="one", gone="two"))  # noqa: S106
    changed = sealed(token="three")  # noqa: S106
    assert kinds(mutable.diff(SEALED, state, changed)) == {
        "data.token": "UPDATE",
        "data.gone": "DELETE",
    }
    state = mutable.update(SEALED, identifier, state, changed)
    assert state["data"] == Secret({"token": "dGhyZWU="})
    assert kinds(mutable.diff(SEALED, state, changed)) == {}
