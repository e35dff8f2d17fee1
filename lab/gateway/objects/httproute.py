"""gateway.networking.k8s.io/v1 HTTPRoute, with the fields that this gateway supports.

A rule keeps every other field that it has in `model_extra`; `unsupported` reports those.
"""

from collections.abc import Iterator

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from lab.gateway.objects.resources import GROUP, Condition, Model, Object


class ParentRef(Model):
    """The Gateway, and perhaps the listener, to which a route asks to be attached."""

    group: str = GROUP
    kind: str = "Gateway"
    namespace: str | None = None
    name: str
    section_name: str | None = None
    port: int | None = None


class Part(Model):
    """A part of a rule; it keeps fields that are not declared, so that they can be reported."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")


class PathMatch(Part):
    """`matches[].path`; a type that is not `Exact` or `PathPrefix` is reported."""

    type: str = "PathPrefix"
    value: str = "/"


class RouteMatch(Part):
    """An entry of `matches`; a request must meet all of it."""

    path: PathMatch = PathMatch()
    method: str | None = None


class Header(Part):
    """A header to write."""

    name: str
    value: str


class HeaderModifier(Part):
    """`responseHeaderModifier`."""

    set: list[Header] = Field(default_factory=list)
    add: list[Header] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class Filter(Part):
    """An entry of `filters`; a type that is not `ResponseHeaderModifier` is reported."""

    type: str
    response_header_modifier: HeaderModifier = HeaderModifier()


class BackendRef(Part):
    """An entry of `backendRefs`."""

    group: str = ""
    kind: str = "Service"
    namespace: str | None = None
    name: str
    port: int | None = None
    weight: int = 1


class Rule(Part):
    """An entry of `rules`; a request must meet one of its matches."""

    name: str | None = None
    matches: list[RouteMatch] = Field(default_factory=lambda: [RouteMatch()])
    filters: list[Filter] = Field(default_factory=list)
    backend_refs: list[BackendRef] = Field(default_factory=list)


class HTTPRouteSpec(Model):
    """`HTTPRoute.spec`."""

    parent_refs: list[ParentRef] = Field(default_factory=list)
    hostnames: list[str] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=lambda: [Rule()])


class RouteParentStatus(Model):
    """The status that one controller gives a route for one of its parents."""

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


def unsupported(route: HTTPRoute) -> Iterator[str]:
    """Names every field and value of a route's rules that this gateway does not support."""
    for index, rule in enumerate(route.spec.rules):
        where = f"rules[{index}]"
        yield from _undeclared(rule, where)
        for match in rule.matches:
            if match.path.type not in ("Exact", "PathPrefix"):
                yield f"{where}.matches.path.type {match.path.type}"
        for filter_ in rule.filters:
            if filter_.type != "ResponseHeaderModifier":
                yield f"{where}.filters.type {filter_.type}"
        if len(rule.backend_refs) > 1 or any(ref.weight != 1 for ref in rule.backend_refs):
            yield f"{where}.backendRefs with more than one entry or a weight"


def _undeclared(part: Part, where: str) -> Iterator[str]:
    yield from (f"{where}.{name}" for name, value in (part.model_extra or {}).items() if value)
    for name in type(part).model_fields:
        value = getattr(part, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Part):
                yield from _undeclared(each, f"{where}.{to_camel(name)}")
