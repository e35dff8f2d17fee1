"""What `fluxhook check` asks, and neither `verify` nor `status`: a stack that is new, where all is well."""

import re
from collections.abc import Mapping
from typing import Any

OWNER, NAMESPACE = "o", "flux-system"
STACK, HOST = "many", "flux.example.com"
OURS = {"fluxhook/stack": f"organization/fluxhook/{STACK}"}
GATEWAYS, STORES = "gateway.networking.k8s.io/v1", "external-secrets.io/v1"
KINDS: Mapping[str, Mapping[str, str]] = {
    "v1": {"Secret": "secrets", "Namespace": "namespaces", "Service": "services"},
    "apps/v1": {"Deployment": "deployments"},
    GATEWAYS: {"HTTPRoute": "httproutes", "Gateway": "gateways"},
    STORES: {"ExternalSecret": "externalsecrets", "ClusterSecretStore": "clustersecretstores"},
}
IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
"""The answer of STS, which speaks XML."""
CONTROLLERS = [
    {
        "metadata": {
            "name": f"{each}-controller",
            "namespace": NAMESPACE,
            "labels": {"app.kubernetes.io/part-of": "flux"},
        },
        "spec": {"replicas": 1},
        "status": {"availableReplicas": 1},
    }
    for each in ("source", "kustomize", "notification")
]
LISTENER = {"name": "https", "protocol": "HTTPS", "allowedRoutes": {"namespaces": {"from": "All"}}}
FIXED: Mapping[str, Any] = {
    "/api/v3/rate_limit": {"resources": {"core": {"remaining": 5000, "reset": 0}}},
    f"/api/v3/orgs/{OWNER}": {"deploy_keys_enabled_for_repositories": True},
    "/api/v3/meta": {"ssh_keys": ["ssh-ed25519 AAAA"]},
    "/version": {},
    "/apis": {},
    f"/api/v1/namespaces/{NAMESPACE}": {"metadata": {"name": NAMESPACE}},
    f"/api/v1/namespaces/{NAMESPACE}/services/webhook-receiver": {"metadata": {}},
    f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments": {"items": CONTROLLERS},
    "/apis/apps/v1/deployments": {"items": []},
    f"/apis/{STORES}/namespaces/{NAMESPACE}/externalsecrets": {"items": []},
    f"/apis/{STORES}/clustersecretstores/aws-parameter-store": {
        "spec": {"provider": {"aws": {"service": "ParameterStore"}}}
    },
    f"/apis/{GATEWAYS}/namespaces/{NAMESPACE}/httproutes": {"items": []},
    f"/apis/{GATEWAYS}/namespaces/g/gateways/g": {
        "metadata": {"name": "g", "namespace": "g"},
        "spec": {"listeners": [LISTENER]},
    },
}


def answer(method: str, where: str, body: bytes) -> tuple[int, Any] | None:
    """The status and the document, or the text, for a request; None for what the other verbs ask, too."""
    if b"Action=GetCallerIdentity" in body:
        return 200, IDENTITY
    if b"ParameterFilters" in body:
        return 200, {"Parameters": []}
    if where in FIXED:
        return 200, FIXED[where]
    version = re.sub("^/apis?/", "", where)
    if version in KINDS:
        listed = [
            {
                "name": plural,
                "kind": kind,
                "namespaced": kind not in ("Namespace", "ClusterSecretStore"),
            }
            for kind, plural in KINDS[version].items()
        ]
        return 200, {"resources": listed}
    found = re.fullmatch(rf"/api/v3/repos/({OWNER}/[\w-]+)(?:/(hooks|keys|contents)/?)?(.*)", where)
    if not found or (found[2] != "contents" and found[3]):
        return None
    if method == "POST":
        # GitHub looks at the right before the content, which lacks something.
        return 422, {}
    return 200, [] if found[2] else {"full_name": found[1], "private": True}
