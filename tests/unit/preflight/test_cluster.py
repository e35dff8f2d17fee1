"""What is wrong in the cluster, one breakage a case."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from preflight import Level
from tests.unit.preflight.conftest import Refused, Sides, deployment, fake_account

STORE = "/apis/external-secrets.io/v1/clustersecretstores/aws-parameter-store"
GATEWAY = "/apis/gateway.networking.k8s.io/v1/namespaces/gateway-system/gateways/public"
DEPLOYMENTS = "/apis/apps/v1/namespaces/flux-system/deployments"
FLUX = "/api/v1/namespaces/flux-system"
KUSTOMIZATIONS = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations"
PASSED_ON = {"repository": "echo-server", "kustomization": {"spec": {"namePrefix": "a-"}}}
AUTOMATED = {
    "bot": {"login": "bot", "name": "Bot", "email": "bot@example.com"},
    "applications": [{"repository": "echo-server", "image": {"name": "ghcr.io/a/b"}}],
}


def has(path: str, answer: object, **config: object) -> Callable[[Sides], None]:
    def change(sides: Sides) -> None:
        sides.cluster[path] = answer
        sides.config |= config

    return change


def configured(**config: object) -> Callable[[Sides], None]:
    return lambda sides: sides.config.update(config)


def listener(**fields: object) -> Callable[[Sides], None]:
    return lambda sides: sides.cluster[GATEWAY]["spec"]["listeners"][0].update(fields)


def lets_in(**namespaces: object) -> Callable[[Sides], None]:
    return listener(allowedRoutes={"namespaces": namespaces})


def gateway_says(**condition: str) -> Callable[[Sides], None]:
    return lambda sides: sides.cluster[GATEWAY].update(status={"conditions": [condition]})


def store_says(**condition: str) -> Callable[[Sides], None]:
    return lambda sides: sides.cluster[STORE].update(status={"conditions": [condition]})


def store_of(provider: object) -> Callable[[Sides], None]:
    return lambda sides: sides.cluster[STORE].update(spec={"provider": provider})


def deployments(*found: dict[str, Any]) -> Callable[[Sides], None]:
    return has(DEPLOYMENTS, {"items": list(found)})


def others(without: str) -> list[dict[str, Any]]:
    names = ("source", "kustomize", "notification")
    return [deployment(f"{each}-controller") for each in names if each != without]


FAULTS: dict[str, tuple[Callable[[Sides], None], str]] = {
    "the API server cannot be reached": (
        has("/version", httpx2.ConnectError("no")),
        "cluster: the API server cannot be reached (ConnectError); look at `kubeconfig`",
    ),
    "the API server refuses the credentials": (
        has("/version", Refused(401)),
        "cluster: refuses the credentials of the kubeconfig (401); log in again",
    ),
    "there is no such context": (
        configured(kubeContext="tow"),
        "cluster: the kubeconfig has no context tow; there is two, one; write one of them in `kubeContext`",
    ),
    "the kubeconfig is no YAML": (
        configured(kubeconfig="{s3cr3t"),
        "cluster: the kubeconfig cannot be read (ParserError); correct `kubeconfig`",
    ),
    "the kubeconfig is text": (
        configured(kubeconfig="s3cr3t"),
        "cluster: the kubeconfig cannot be read (AttributeError); correct `kubeconfig`",
    ),
    "Flux is not installed": (
        has("/apis/notification.toolkit.fluxcd.io/v1", 404),
        "does not serve Receiver of notification.toolkit.fluxcd.io/v1; run `flux install`",
    ),
    "Flux is too old": (
        lambda sides: sides.cluster.update(
            {
                "/apis/source.toolkit.fluxcd.io/v1": 404,
                "/apis/source.toolkit.fluxcd.io": {"versions": [{"version": "v1beta2"}]},
            }
        ),
        "does not serve GitRepository of source.toolkit.fluxcd.io/v1; of that group it serves v1beta2; run `flux",
    ),
    "External Secrets is not installed": (
        has("/apis/external-secrets.io/v1", 404),
        "does not serve ClusterSecretStore, ExternalSecret of external-secrets.io/v1; install the chart",
    ),
    "the Gateway API is not installed": (
        has("/apis/gateway.networking.k8s.io/v1", 404),
        "does not serve HTTPRoute of gateway.networking.k8s.io/v1; install a Gateway controller",
    ),
    "there is no namespace": (
        lambda sides: sides.cluster.update({FLUX: 404}),
        "cluster: has no namespace flux-system; there is flux-system; run `flux install` -n flux-system",
    ),
    "a controller is not there": (
        deployments(*others("notification")),
        "cluster: has no Deployment notification-controller in flux-system; run `flux install`",
    ),
    "a controller has no pod": (
        deployments(*others("notification"), deployment("notification-controller", available=0)),
        "Deployment flux-system/notification-controller has 0 of 1 replicas available (MinimumReplicasUnavailable);",
    ),
    "a controller is scaled to 0": (
        deployments(
            *others("source"),
            {**deployment("source-controller", available=0), "spec": {"replicas": 0}},
        ),
        "Deployment flux-system/source-controller is scaled to 0; run `kubectl -n flux-system scale",
    ),
    "External Secrets has no pod": (
        has("/apis/apps/v1/deployments", {"items": [deployment("external-secrets", "es", 0)]}),
        "Deployment es/external-secrets has 0 of 1 replicas available",
    ),
    "there is no store": (
        has(STORE, 404),
        "ClusterSecretStore aws-parameter-store: does not exist; there is aws-parameter-store; write one of them",
    ),
    "the store is not Ready": (
        store_says(type="Ready", status="False", reason="InvalidProviderConfig", message="a\nb"),
        "ClusterSecretStore aws-parameter-store: is not Ready (InvalidProviderConfig: a b)",
    ),
    "the store reads another region": (
        store_of({"aws": {"service": "ParameterStore", "region": "us-east-1"}}),
        "reads parameters in us-east-1, and this stack writes them in eu-central-1; run `pulumi config set aws:region",
    ),
    "the store reads another service": (
        store_of({"aws": {"service": "SecretsManager", "region": "eu-central-1"}}),
        "reads SecretsManager, and the secrets are in ParameterStore",
    ),
    "the store is one of another cloud": (store_of({"vault": {}}), "is not one of AWS"),
    "the store to make reads another region": (
        configured(secrets={"store": {"region": "us-east-1"}}),
        "reads parameters in us-east-1, and this stack writes them in eu-central-1",
    ),
    "there is no Gateway": (
        configured(gateway={"name": "pubic", "namespace": "gateway-system"}),
        "Gateway gateway-system/pubic: does not exist; there is gateway-system/public; correct `gateway`",
    ),
    "the Gateway is not programmed": (
        gateway_says(type="Programmed", status="False", reason="AddressNotAssigned"),
        "Gateway gateway-system/public: is not Programmed (AddressNotAssigned); run `kubectl -n gateway-system",
    ),
    "there is no such listener": (
        listener(name="web"),
        "has no listener https; there is web; correct `gateway.sectionName`",
    ),
    "the host is not on the listener": (
        listener(hostname="*.example.org"),
        "its listener https serves *.example.org, which flux.example.com is not; correct `host`",
    ),
    "the listener takes no HTTPRoute": (
        listener(protocol="TLS"),
        "its listener https is of protocol TLS, which takes no HTTPRoute",
    ),
    "the listener lets in its own namespace alone": (
        lets_in(),
        "its listener https lets in routes of gateway-system alone, and ours are in flux-system",
    ),
    "the listener lets in nobody": (lets_in(**{"from": "None"}), "lets in no route, and ours are"),
    "the listener lets in other labels": (
        lets_in(**{"from": "Selector", "selector": {"matchLabels": {"in": "no"}}}),
        "lets in routes of namespaces with other labels, and ours are in flux-system",
    ),
    "there is no IngressClass": (
        configured(gateway=None, ingress={"className": "nginy"}),
        "IngressClass nginy: does not exist; there is nginx; correct `ingress.className`",
    ),
    "the CRD does not take a field": (
        has(f"POST {KUSTOMIZATIONS}", 422, applications=[PASSED_ON]),
        "cluster: refuses fluxhook:applications[0].kustomization.spec: no; correct it",
    ),
    "there is no Service behind the way in": (
        has(f"{FLUX}/services/webhook-receiver", 404),
        "Service flux-system/webhook-receiver: does not exist, so GitHub could not reach a Receiver; run `flux",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_of_the_cluster_is_told_once_with_what_to_do(what: str, sides: Sides) -> None:
    change, message = FAULTS[what]
    change(sides)
    (told,) = sides.stopped()
    assert message in told
    assert "s3cr3t" not in told


def test_kinds_for_images_come_from_two_more_controllers(sides: Sides) -> None:
    sides.config |= AUTOMATED
    sides.cluster["/apis/image.toolkit.fluxcd.io/v1"] = 404
    kinds, *controllers = sorted(sides.stopped(), key=lambda told: "Deployment" in told)
    assert (
        "ImagePolicy, ImageRepository, ImageUpdateAutomation of image.toolkit.fluxcd.io/v1" in kinds
    )
    assert len(controllers) == 2
    for told in (kinds, *controllers):
        assert "--components-extra=image-reflector-controller,image-automation-controller" in told


@pytest.mark.parametrize(
    ("hostname", "host", "taken"),
    [
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("flux.example.com", "FLUX.example.com", True),
        ("*.example.com", "flux.notexample.com", False),
    ],
)
def test_a_listener_takes_what_the_gateway_api_says(
    hostname: str, host: str, taken: bool, sides: Sides
) -> None:
    listener(hostname=hostname)(sides)
    sides.config["host"] = host
    assert (sides.stopped() == []) is taken


def test_a_listener_may_select_the_namespace_by_its_labels(sides: Sides) -> None:
    lets_in(**{"from": "Selector", "selector": {"matchLabels": {"in": "yes"}}})(sides)
    assert sides.stopped() == []


def test_a_user_who_may_not_read_something_is_told_so_and_goes_on(sides: Sides) -> None:
    sides.cluster["/apis/apps/v1/deployments"] = Refused(403)
    sides.cluster[STORE] = Refused(403)
    assert sides.stopped() == []
    told = "\n".join(sides.said(Level.NOTE))
    assert f"{STORE} was not checked: the user of the kubeconfig may not read it (403)" in told


def test_flux_without_deployments_may_run_elsewhere(sides: Sides) -> None:
    sides.cluster[DEPLOYMENTS] = {"items": []}
    assert sides.stopped() == []
    assert "whether its controllers run was not checked" in "\n".join(sides.said(Level.NOTE))


def test_what_the_stack_makes_itself_need_not_be_there(sides: Sides) -> None:
    sides.config |= {"fluxInstance": {}, "secrets": {"store": {"region": "eu-central-1"}}}
    operator = {"resources": [{"name": "x", "kind": "FluxInstance", "namespaced": True}]}
    missing = [each for each in sides.cluster if ".toolkit.fluxcd.io" in each]
    sides.cluster |= dict.fromkeys([*missing, FLUX, STORE, DEPLOYMENTS], 404)
    sides.cluster[f"{FLUX}/services/webhook-receiver"] = 404
    sides.cluster["/apis/fluxcd.controlplane.io/v1"] = operator
    assert sides.stopped() == []


def test_without_aws_there_is_no_store_to_look_for(sides: Sides) -> None:
    sides.config["secrets"] = {"backend": "kubernetes"}
    sides.cluster |= {STORE: 404, "/apis/external-secrets.io/v1": 404}
    sides.account = fake_account(None)
    assert sides.stopped() == []
    assert sides.account.called == []


def test_without_a_kubeconfig_its_path_is_named(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere/config")
    sides.config["kubeconfig"] = None
    (told,) = sides.stopped()
    assert (
        told
        == "cluster: there is no kubeconfig /nowhere/config; export $KUBECONFIG with the path of one"
    )


def test_a_slow_api_server_stops_nothing(sides: Sides) -> None:
    sides.cluster["/version"] = httpx2.ReadTimeout("slow")
    assert sides.stopped() == []
    assert "cluster: the API server does not answer in time" in sides.said(Level.WARNING)


@pytest.mark.parametrize("answer", [201, 404])
def test_a_field_that_the_cluster_takes_or_does_not_know_yet_is_no_finding(
    answer: int, sides: Sides
) -> None:
    sides.config["applications"] = [PASSED_ON]
    sides.cluster[f"POST {KUSTOMIZATIONS}"] = answer
    assert sides.stopped() == []


def test_without_the_right_to_create_fields_are_not_checked_and_that_is_told(sides: Sides) -> None:
    sides.config["applications"] = [PASSED_ON]
    sides.cluster[f"POST {KUSTOMIZATIONS}"] = 403
    assert sides.stopped() == []
    assert any("kustomization.spec was not checked" in each for each in sides.said(Level.NOTE))
