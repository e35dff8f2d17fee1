"""What a cluster needs before it takes an application, as far as it is asked for."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.entry.service import LoadBalancerArgs, NodePortArgs, load_balancer, node_port
from components.flux.flux_instance import FluxInstanceArgs, flux_instance
from components.objects.namespace import namespace
from components.rules import defaults
from components.secrets.secret_store import SecretStoreArgs, secret_store


class ClusterArgs(TypedDict):
    """Inputs of a Cluster."""

    namespace: NotRequired[str]
    """Namespace in which Flux runs; defaults to flux-system."""
    flux_instance: NotRequired[FluxInstanceArgs]
    """Has flux-operator install Flux; by default Flux runs already."""
    secret_store_name: NotRequired[str]
    """Name of the ClusterSecretStore; defaults to "aws-parameter-store"."""
    secret_store: NotRequired[SecretStoreArgs]
    """Creates the ClusterSecretStore; by default it exists already."""
    node_port: NotRequired[NodePortArgs]
    """Creates a Service of type NodePort for all Receivers."""
    load_balancer: NotRequired[LoadBalancerArgs]
    """Creates a Service of type LoadBalancer for all Receivers."""
    namespaces: NotRequired[Sequence[str]]
    """Namespaces to create for applications; several may share one."""


class Cluster(pulumi.ComponentResource):
    """FluxInstance, ClusterSecretStore, a Service for the Receivers, and target namespaces.

    Each name is an Output that is known only when the object exists: whoever uses it comes later.
    """

    namespace: pulumi.Output[str]
    """Namespace in which Flux runs; known when it runs."""
    secret_store: pulumi.Output[str]
    """Name of the ClusterSecretStore; known when it is Ready."""
    host: pulumi.Output[str]
    """Name or address of the load balancer, known once it has one; else empty, known once a Service exists."""
    namespaces: dict[str, pulumi.Output[str]]
    """The created namespaces by name; each is known once it exists."""

    def __init__(
        self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create what is asked for."""
        super().__init__("fluxhook:index:Cluster", name, {}, opts)
        flux_namespace = args.get("namespace", defaults.NAMESPACE)
        self.namespace = pulumi.Output.from_input(flux_namespace)
        if "flux_instance" in args:
            self.namespace = flux_instance(name, flux_namespace, args["flux_instance"], self)
        store = args.get("secret_store_name", defaults.SECRET_STORE)
        self.secret_store = pulumi.Output.from_input(store)
        if "secret_store" in args:
            self.secret_store = secret_store(name, store, args["secret_store"], self)
        self.host = pulumi.Output.from_input("")
        if "node_port" in args:
            self.host = node_port(name, self.namespace, args["node_port"], self)
        if "load_balancer" in args:
            self.host = load_balancer(name, self.namespace, args["load_balancer"], self)
        self.namespaces = {
            each: namespace(name, each, self) for each in sorted(args.get("namespaces", ()))
        }
        self.register_outputs({})
