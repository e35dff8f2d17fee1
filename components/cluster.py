"""What a cluster must have before it takes an application, as far as the stack makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components._order import after
from components.flux_instance import FluxInstance
from components.receiver_service import ReceiverService
from components.secret_store import SecretStore
from components.values import Application, Stack


@dataclass(frozen=True)
class Cluster:
    """A prepared cluster: whoever uses one of its names comes after what stands behind it."""

    stack: Stack
    """The stack's values."""
    namespace: pulumi.Input[str]
    """Namespace in which Flux runs; known once it runs, when the stack installs it."""
    secret_store: pulumi.Input[str]
    """Name of the ClusterSecretStore; known once it is Ready, when the stack makes it."""
    base_url: pulumi.Output[str]
    """Scheme, host and port of every receiver URL; known once the load balancer has an address, if there is one."""
    target_namespaces: Mapping[str, pulumi.Output[str]]
    """The namespaces that the stack makes for its applications, by name; each known once it is there."""


def prepare(
    stack: Stack, applications: Sequence[Application], opts: pulumi.ResourceOptions
) -> Cluster:
    """Makes what is asked for of FluxInstance, ClusterSecretStore, the receivers' own Service and target namespaces."""
    namespace: pulumi.Input[str] = stack.namespace
    if flux := stack.flux_instance:
        instance = FluxInstance(
            "flux",
            {
                "namespace": namespace,
                "version": flux.version,
                "registry": flux.registry,
                "components": flux.components,
            },
            opts,
        ).instance
        namespace = after(instance, stack.namespace)
    secret_store: pulumi.Input[str] = stack.secret_store
    if store := stack.secrets.store:
        secret_store = SecretStore(
            stack.secret_store,
            {"store_name": stack.secret_store, "region": store.region, "role": store.role},
            opts,
        ).store_name
    return Cluster(
        stack,
        namespace,
        secret_store,
        _base_url(stack, namespace, opts),
        _target_namespaces(applications, opts),
    )


def _target_namespaces(
    applications: Sequence[Application], opts: pulumi.ResourceOptions
) -> dict[str, pulumi.Output[str]]:
    # Made for the stack, since several applications may share one.
    asked = {app.target_namespace for app in applications if app.create_namespace}
    return {
        name: after(
            kubernetes.core.v1.Namespace(f"{name}-namespace", metadata={"name": name}, opts=opts),
            name,
        )
        for name in sorted(filter(None, asked))
    }


def _base_url(
    stack: Stack, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    service, balancer = stack.node_port or stack.load_balancer, stack.load_balancer
    host: pulumi.Input[str] = stack.host or ""
    # The environment of a pull request shares the Service of the stack that it stands beside.
    if service and not stack.ephemeral:
        own = ReceiverService(
            service.name,
            {
                "object_name": service.name,
                "namespace": namespace,
                "port": service.port,
                "load_balancer": balancer is not None,
                "annotations": balancer.annotations if balancer else {},
            },
            opts,
        ).host
        host = own.apply(lambda given: stack.host or given)
    return pulumi.Output.from_input(host).apply(stack.base_url)
