from lab.world import cluster
from tests.cluster.conftest import World

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
FLUX = "/api/v1/namespaces/flux-system/services"
GATEWAYS = "/apis/gateway.networking.k8s.io/v1"

KINDS = [
    "source.toolkit.fluxcd.io/v1/gitrepositories",
    "source.toolkit.fluxcd.io/v1/helmrepositories",
    "kustomize.toolkit.fluxcd.io/v1/kustomizations",
    "helm.toolkit.fluxcd.io/v2/helmreleases",
    "notification.toolkit.fluxcd.io/v1/receivers",
    "notification.toolkit.fluxcd.io/v1beta3/providers",
    "notification.toolkit.fluxcd.io/v1beta3/alerts",
    "fluxcd.controlplane.io/v1/fluxinstances",
    "external-secrets.io/v1/externalsecrets",
    "generators.external-secrets.io/v1alpha1/generatorstates",
    "gateway.networking.k8s.io/v1/httproutes",
]


def test_every_kind_is_established_and_served(world: World) -> None:
    for crd in world.api.get(CRDS).json()["items"]:
        conditions = {c["type"]: c["status"] for c in crd["status"]["conditions"]}
        assert conditions["Established"] == "True", crd["metadata"]["name"]
    for kind in KINDS:
        group_version, _, plural = kind.rpartition("/")
        served = world.api.get(f"/apis/{group_version}").json()["resources"]
        assert plural in {resource["name"] for resource in served}
        assert world.api.get(f"/apis/{kind}").json()["items"] == []


def test_the_services_are_those_of_flux(world: World) -> None:
    for name, target in (("webhook-receiver", "http-webhook"), ("notification-controller", "http")):
        spec = world.api.get(f"{FLUX}/{name}").json()["spec"]
        assert spec["ports"] == [
            {"name": "http", "port": 80, "protocol": "TCP", "targetPort": target}
        ]
        assert spec["selector"] == {"app": "notification-controller"}


def test_the_secret_store_is_parameter_store_with_the_controllers_own_credentials(
    world: World,
) -> None:
    path = "/apis/external-secrets.io/v1/clustersecretstores/aws-parameter-store"
    assert world.api.get(path).json()["spec"]["provider"] == {
        "aws": {"service": "ParameterStore", "region": "eu-central-1"}
    }


def test_the_gateway_is_programmed(world: World) -> None:
    (own,) = world.api.get(f"{GATEWAYS}/gatewayclasses").json()["items"]
    (gateway,) = world.api.get(f"{GATEWAYS}/gateways").json()["items"]
    (listener,) = gateway["status"]["listeners"]
    for found, expected in (
        (own["status"], {"Accepted"}),
        (gateway["status"], {"Accepted", "Programmed"}),
        (listener, {"Accepted", "Programmed", "ResolvedRefs"}),
    ):
        assert {c["type"] for c in found["conditions"] if c["status"] == "True"} == expected


def test_preparing_again_changes_nothing(world: World) -> None:
    paths = (CRDS, FLUX, f"{GATEWAYS}/gateways", f"{GATEWAYS}/gatewayclasses")

    def versions() -> dict[str, str]:
        found = [item for path in paths for item in world.api.get(path).json()["items"]]
        return {item["metadata"]["uid"]: item["metadata"]["resourceVersion"] for item in found}

    before = versions()
    cluster.prepare(world.lab)
    assert versions() == before
