"""GatewayClass and Gateway, with the fields that a gateway reads; and the base of all models.

Defaults are those of the Gateway API's standard channel, so that an object means the same whether
or not the API server has filled them in.
"""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

GROUP = "gateway.networking.k8s.io"


class Model(BaseModel):
    """Python's spelling in code, Kubernetes' spelling on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Metadata(Model):
    """What a gateway needs of `metadata`."""

    name: str
    namespace: str = ""
    uid: str = ""
    generation: int = 0
    resource_version: str = ""
    creation_timestamp: datetime = datetime.min.replace(tzinfo=UTC)
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    owner_references: list[dict[str, str | bool]] = Field(default_factory=list)


class Object(Model):
    """Any object."""

    metadata: Metadata

    @property
    def key(self) -> tuple[str, str]:
        """Namespace (empty for a cluster-scoped object) and name."""
        return self.metadata.namespace, self.metadata.name


class Condition(Model):
    """An entry of `status.conditions`."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str
    observed_generation: int = 0
    last_transition_time: str = ""


def condition(type_: str, reason: str, message: str = "") -> Condition:
    """A condition that is true when its reason is its own name, as most of the Gateway API's are.

    The caller sets generation and time.
    """
    status: Literal["True", "False"] = "True" if reason == type_ else "False"
    return Condition(type=type_, status=status, reason=reason, message=message)


class ConditionedStatus(Model):
    """A status that is conditions only."""

    conditions: list[Condition] = Field(default_factory=list)


class GatewayClassSpec(Model):
    """`GatewayClass.spec`."""

    controller_name: str


class GatewayClass(Object):
    """gateway.networking.k8s.io/v1 GatewayClass."""

    spec: GatewayClassSpec
    status: ConditionedStatus = ConditionedStatus()


class RouteNamespaces(Model):
    """`allowedRoutes.namespaces`; this gateway supports `All` and `Same`."""

    from_: str = Field("Same", alias="from")


class RouteGroupKind(Model):
    """A kind of route."""

    group: str = GROUP
    kind: str


class AllowedRoutes(Model):
    """`listeners[].allowedRoutes`."""

    namespaces: RouteNamespaces = Field(default_factory=lambda: RouteNamespaces.model_validate({}))
    kinds: list[RouteGroupKind] = Field(default_factory=list)


class ListenerTLS(Model):
    """`listeners[].tls`."""

    certificate_refs: list[dict[str, str]] = Field(default_factory=list)


class Listener(Model):
    """An entry of `Gateway.spec.listeners`."""

    name: str
    hostname: str = ""
    port: int
    protocol: str
    tls: ListenerTLS = ListenerTLS()
    allowed_routes: AllowedRoutes = AllowedRoutes()


class GatewaySpec(Model):
    """`Gateway.spec`."""

    gateway_class_name: str
    listeners: list[Listener]


class ListenerStatus(Model):
    """An entry of `Gateway.status.listeners`."""

    name: str
    supported_kinds: list[RouteGroupKind] = Field(default_factory=list)
    attached_routes: int = 0
    conditions: list[Condition] = Field(default_factory=list)


class GatewayAddress(Model):
    """An entry of `Gateway.status.addresses`."""

    type: str = "IPAddress"
    value: str


class GatewayStatus(ConditionedStatus):
    """`Gateway.status`."""

    addresses: list[GatewayAddress] = Field(default_factory=list)
    listeners: list[ListenerStatus] = Field(default_factory=list)


class Gateway(Object):
    """gateway.networking.k8s.io/v1 Gateway."""

    spec: GatewaySpec
    status: GatewayStatus = GatewayStatus()
