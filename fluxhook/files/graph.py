"""The resources of a stack in the order in which they are made, from its state: README's picture of a real stack."""

import graphlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fluxhook.errors import ExitCode, Refusal
from settings.models.settings import PROJECT

ONCE = "once per stack"
APPLICATION = f"{PROJECT}:index:Application"
NOT_DRAWN = ("pulumi:pulumi:", "pulumi:providers:")
Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """A component, or a resource that stands by itself in one."""

    urn: str
    title: str
    parts: tuple[str, ...] = ()
    """Kinds of the resources in it, in the order in which they are made."""


@dataclass(frozen=True)
class Graph:
    """Nodes by group, and which is made before which."""

    groups: Mapping[str, tuple[Node, ...]]
    """By `owner/repository`, and what the stack has once."""
    edges: tuple[tuple[str, str], ...]
    """URNs of two nodes: the first exists before the second."""


def graph(state: Mapping[str, Any], application: str | None = None) -> Graph:
    """Return the graph of a stack.

    Args:
        state: What `pulumi stack export` prints.
        application: `owner/repository`, to draw one application with what it shares.

    Raises:
        Refusal: The stack has no resources, or no such application.
    """
    listed: list[Resource] = (state.get("deployment") or {}).get("resources") or []
    resources = {each["urn"]: each for each in listed if not each["type"].startswith(NOT_DRAWN)}
    if not resources:
        raise Refusal("the stack has no resources; `pulumi up` makes them", ExitCode.NO_STACK)
    groups = _groups(resources)
    if application:
        if application not in groups:
            names = ", ".join(sorted(groups.keys() - {ONCE}))
            raise Refusal(f"there is no application {application} in the state; there are: {names}")
        groups = {name: groups[name] for name in (ONCE, application) if name in groups}
    nodes = {node.urn for members in groups.values() for node in members}
    edges = {
        (before, after)
        for resource in resources.values()
        for dependency in _dependencies(resource)
        if (after := _owner(resource["urn"], resources, nodes))
        and (before := _owner(dependency, resources, nodes))
        and before != after
    }
    order = list(resources)
    placed = sorted(edges, key=lambda edge: (order.index(edge[0]), order.index(edge[1])))
    return Graph(groups, tuple(_without_shortcuts(placed)))


def _groups(resources: Mapping[str, Resource]) -> dict[str, tuple[Node, ...]]:
    children: defaultdict[str, list[str]] = defaultdict(list)
    for urn, each in resources.items():
        children[each.get("parent", "")].append(urn)
    groups: dict[str, tuple[Node, ...]] = {}
    once: list[Node] = []
    for urn, each in resources.items():
        if each.get("parent") in resources:
            continue
        if each["type"] == APPLICATION:
            members = [_node(child, resources, children) for child in children[urn]]
            groups[_name(urn)] = tuple(members)
        elif each.get("custom") or children[urn]:
            # A component in which nothing was made is not worth a box.
            once.append(_node(urn, resources, children))
    return {**({ONCE: tuple(once)} if once else {}), **groups}


def _node(urn: str, resources: Mapping[str, Resource], children: Mapping[str, list[str]]) -> Node:
    return Node(urn, _kind(resources[urn]), tuple(_parts(urn, resources, children)))


def _parts(
    urn: str, resources: Mapping[str, Resource], children: Mapping[str, list[str]]
) -> Iterable[str]:
    for child in children.get(urn, ()):
        yield _kind(resources[child])
        yield from _parts(child, resources, children)


def _owner(urn: str, resources: Mapping[str, Resource], nodes: set[str]) -> str | None:
    """Return the node in which a resource is drawn; None if it is not drawn."""
    while urn and urn not in nodes:
        urn = resources.get(urn, {}).get("parent", "")
    return urn or None


def _dependencies(resource: Resource) -> set[str]:
    by_property: Mapping[str, list[str] | None] = resource.get("propertyDependencies") or {}
    named = [each for urns in by_property.values() for each in urns or ()]
    return {*(resource.get("dependencies") or ()), *named}


def _without_shortcuts(edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out an edge where a longer way says the same."""
    after: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        after[one].add(other)
    try:
        graphlib.TopologicalSorter(after).prepare()
    except graphlib.CycleError:
        return edges

    def reaches(start: str, end: str) -> bool:
        return start == end or any(reaches(each, end) for each in after.get(start, ()))

    return [
        (one, other)
        for one, other in edges
        if not any(reaches(each, other) for each in after[one] - {other})
    ]


def _name(urn: str) -> str:
    """Return the logical name, which is what stands last in a URN."""
    return urn.split("::", 3)[3]


def _kind(resource: Resource) -> str:
    """Return the word of a type token, such as `GitRepository`."""
    return str(resource["type"].rpartition(":")[2])
