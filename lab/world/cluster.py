"""Fills the fresh cluster: the CRDs and objects of Flux, External Secrets and a gateway.

Of flux-operator it has only the CRD of FluxInstance; no controller in the lab reads one.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import TypeAlias

import httpx2
import yaml
from lightkube import AsyncClient, KubeConfig
from lightkube.codecs import AnyResource, from_dict
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import SingleConfig
from lightkube.generic_resource import create_resources_from_crd
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.core_v1 import Namespace
from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from lab.build.toolchain import module_directory
from lab.run.directory import LabDirectory

GATEWAY_CONTROLLER = "fluxhook.dev/lab-gateway"
"""`controllerName` of the lab's GatewayClass."""

INGRESS_CONTROLLER = "fluxhook.dev/lab-ingress"
"""`controller` of the lab's IngressClass."""

DEFINITIONS: Mapping[str, str] = {
    "notification-controller": "config/crd/bases/*.yaml",
    "source-controller": "config/crd/bases/*.yaml",
    "kustomize-controller": "config/crd/bases/*.yaml",
    "image-reflector-controller": "config/crd/bases/*.yaml",
    "image-automation-controller": "config/crd/bases/*.yaml",
    "helm-controller": "config/crd/bases/*.yaml",
    "flux-operator": "config/crd/bases/*_fluxinstances.yaml",
    "external-secrets": "config/crds/bases/*external-secrets.io_*.yaml",
    "gateway-api": "config/crd/standard/*.yaml",
}
"""Where each module keeps its CustomResourceDefinitions."""

WITHIN = 60.0
"""Seconds for any one answer, and until all is served; 42 definitions took 2 on two idle cores."""

# Discovery in one document, as client-go requests it. It lists a kind only when its definition is
# Established, so there is no other condition to wait for.
# https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

NAMESPACES = ("flux-system", "gateway-system")

# The Services are those of Flux 2.9's install.yaml; the gateway writes their EndpointSlices. A
# listener that terminates TLS must name a certificate or an option; the gateway's own
# configuration has the certificate, so it is an option here.
OBJECTS = Template("""
apiVersion: v1
kind: Service
metadata:
  name: webhook-receiver
  namespace: flux-system
  labels:
    app.kubernetes.io/component: notification-controller
    app.kubernetes.io/instance: flux-system
    app.kubernetes.io/part-of: flux
    app.kubernetes.io/version: v2.9.4
    control-plane: controller
spec:
  type: ClusterIP
  selector: {app: notification-controller}
  ports: [{name: http, port: 80, protocol: TCP, targetPort: http-webhook}]
---
apiVersion: v1
kind: Service
metadata:
  name: notification-controller
  namespace: flux-system
  labels:
    app.kubernetes.io/component: notification-controller
    app.kubernetes.io/instance: flux-system
    app.kubernetes.io/part-of: flux
    app.kubernetes.io/version: v2.9.4
    control-plane: controller
spec:
  type: ClusterIP
  selector: {app: notification-controller}
  ports: [{name: http, port: 80, protocol: TCP, targetPort: http}]
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: aws-parameter-store}
spec: {provider: {aws: {service: ParameterStore, region: eu-central-1}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: lab}
spec: {controllerName: $gateway}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: lab}
spec: {controller: $ingress}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: gateway-system}
spec:
  gatewayClassName: lab
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      hostname: "*.fluxhook.test"
      tls: {mode: Terminate, options: {fluxhook.dev/certificate: lab}}
      allowedRoutes: {namespaces: {from: All}}
""")

Served: TypeAlias = set[tuple[str, str, str]]
"""Group, version and plural name of resources."""


def prepare(lab: LabDirectory) -> None:
    """Makes the lab's fresh API server the cluster that users of Flux 2.9 have.

    A second run changes nothing. No controller need run yet.

    Raises:
        LabError: A module's CRDs cannot be had.
        lightkube.ApiError: The API server refused an object.
        tenacity.RetryError: It does not serve the new kinds after `WITHIN`.
    """
    definitions = [
        definition
        for module, pattern in DEFINITIONS.items()
        for file in sorted(module_directory(module).glob(pattern))
        for definition in _definitions(file)
    ]
    for definition in definitions:
        create_resources_from_crd(definition)
    objects = OBJECTS.substitute(gateway=GATEWAY_CONTROLLER, ingress=INGRESS_CONTROLLER)
    resources = [from_dict(manifest) for manifest in yaml.safe_load_all(objects)]
    asyncio.run(_prepare(KubeConfig.from_file(lab.kubeconfig), definitions, resources))


def _definitions(file: Path) -> Iterator[CustomResourceDefinition]:
    """The definitions in a file, without the admission policies of the Gateway API."""
    # The C parser, since External Secrets alone brings more than a megabyte.
    for manifest in yaml.load_all(file.read_text(), yaml.CSafeLoader):
        resource: object = from_dict(manifest) if manifest else None
        if isinstance(resource, CustomResourceDefinition):
            yield resource


def _served(definitions: Iterable[CustomResourceDefinition]) -> Served:
    return {
        (crd.spec.group, version.name, crd.spec.names.plural)
        for crd in definitions
        for version in crd.spec.versions
        if version.served
    }


async def _prepare(
    kubeconfig: KubeConfig,
    definitions: Iterable[CustomResourceDefinition],
    resources: Iterable[AnyResource],
) -> None:
    async with AsyncClient(
        kubeconfig,
        timeout=httpx2.Timeout(WITHIN),
        trust_env=False,
        field_manager="fluxhook-lab",
    ) as client:
        await asyncio.gather(
            *(client.apply(definition, force=True) for definition in definitions),
            *(client.apply(Namespace(metadata=ObjectMeta(name=n)), force=True) for n in NAMESPACES),
        )
        await _until_served(client.config, _served(definitions))
        await asyncio.gather(*(client.apply(resource, force=True) for resource in resources))


async def _until_served(kubeconfig: SingleConfig, served: Served) -> None:
    parameters = client_adapter.ConnectionParams(trust_env=False)
    async with client_adapter.AsyncClient(kubeconfig, parameters) as http:

        async def discovered() -> Served:
            answer = await http.get("/apis", headers={"Accept": DISCOVERY})
            return {
                (group["metadata"]["name"], version["version"], resource["resource"])
                for group in answer.raise_for_status().json()["items"]
                for version in group["versions"]
                for resource in version.get("resources", [])
            }

        await AsyncRetrying(
            retry=retry_if_result(lambda found: not served <= found),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(WITHIN),
        )(discovered)
