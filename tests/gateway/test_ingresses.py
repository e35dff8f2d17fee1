import pytest

from lab.gateway import endpoints, ingresses
from lab.gateway.objects.ingress import Ingress, IngressClass
from lab.gateway.objects.services import Service
from lab.gateway.objects.snapshot import Snapshot

BACKEND = {"service": {"name": "webhook-receiver", "port": {"number": 80}}}


@pytest.mark.parametrize(
    "spec",
    [
        {"defaultBackend": BACKEND},
        {"rules": [{"http": {"paths": [{"pathType": "Prefix", "backend": {"resource": {}}}]}}]},
        {
            "rules": [
                {"http": {"paths": [{"pathType": "ImplementationSpecific", "backend": BACKEND}]}}
            ]
        },
    ],
)
def test_an_ingress_that_cannot_be_served_whole_is_not_served(spec: dict[str, object]) -> None:
    class_ = IngressClass.model_validate(
        {"metadata": {"name": "lab"}, "spec": {"controller": "own"}}
    )
    snapshot = Snapshot(ingress_classes={class_.key: class_})
    for number, found in enumerate([{}, spec]):
        own = {"metadata": {"name": str(number)}, "spec": {"ingressClassName": "lab", **found}}
        ingress = Ingress.model_validate(own)
        snapshot.ingresses[ingress.key] = ingress
    (served,) = ingresses.own(snapshot, "own")
    assert served.metadata.name == "0"


def test_a_service_that_is_being_deleted_gets_no_endpoints() -> None:
    metadata = {"name": "external", "namespace": "flux-system", "uid": "0"}
    spec = {
        "selector": {"app": "notification-controller"},
        "ports": [{"name": "http", "port": 80, "targetPort": "http-webhook"}],
    }

    def wanted(**more: str) -> int:
        own = Service.model_validate({"metadata": metadata | more, "spec": spec})
        return len(endpoints.wanted(Snapshot(services={own.key: own}), {"http-webhook": 1}))

    assert (wanted(), wanted(deletionTimestamp="2026-01-01T00:00:00Z")) == (1, 0)
