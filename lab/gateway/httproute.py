"""gateway.networking.k8s.io/v1 HTTPRoute: what it matches, filters and forwards to."""

from typing import Literal

from pydantic import Field

from lab.gateway.resources import GROUP, Condition, MatchType, Model, Object


class ParentRef(Model):
    """The Gateway, and perhaps the listener, a route asks to be attached to."""

    group: str = GROUP
    kind: str = "Gateway"
    namespace: str | None = None
    name: str
    section_name: str | None = None
    port: int | None = None


class PathMatch(Model):
    """`matches[].path`."""

    type: Literal["Exact", "PathPrefix", "RegularExpression"] = "PathPrefix"
    value: str = "/"


class ValueMatch(Model):
    """An entry of `matches[].headers` or `matches[].queryParams`."""

    type: MatchType = "Exact"
    name: str
    value: str


class RouteMatch(Model):
    """An entry of `matches`; a request must meet all of it."""

    path: PathMatch = PathMatch()
    method: str | None = None
    headers: list[ValueMatch] = Field(default_factory=list)
    query_params: list[ValueMatch] = Field(default_factory=list)


class Header(Model):
    """A header to write."""

    name: str
    value: str


class HeaderModifier(Model):
    """`requestHeaderModifier` and `responseHeaderModifier`."""

    set: list[Header] = Field(default_factory=list)
    add: list[Header] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class Filter(Model):
    """An entry of `filters`."""

    type: str
    request_header_modifier: HeaderModifier = HeaderModifier()
    response_header_modifier: HeaderModifier = HeaderModifier()


class BackendRef(Model):
    """An entry of `backendRefs`."""

    group: str = ""
    kind: str = "Service"
    namespace: str | None = None
    name: str
    port: int | None = None
    weight: int = 1
    filters: list[Filter] = Field(default_factory=list)


class Rule(Model):
    """An entry of `rules`; a request must meet one of its matches."""

    matches: list[RouteMatch] = Field(default_factory=lambda: [RouteMatch()])
    filters: list[Filter] = Field(default_factory=list)
    backend_refs: list[BackendRef] = Field(default_factory=list)
    timeouts: dict[str, str] | None = None


class HTTPRouteSpec(Model):
    """`HTTPRoute.spec`."""

    parent_refs: list[ParentRef] = Field(default_factory=list)
    hostnames: list[str] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=lambda: [Rule()])


class RouteParentStatus(Model):
    """What one controller says about one parent."""

    parent_ref: ParentRef
    controller_name: str
    conditions: list[Condition] = Field(default_factory=list)


class HTTPRouteStatus(Model):
    """`HTTPRoute.status`."""

    parents: list[RouteParentStatus] = Field(default_factory=list)


class HTTPRoute(Object):
    """An HTTPRoute."""

    spec: HTTPRouteSpec
    status: HTTPRouteStatus = HTTPRouteStatus()
