"""Computes what the gateway serves, and the status of each of its objects, from a snapshot."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lab.gateway.attachment import (
    Attachment,
    attach,
    listener_conditions,
    programmed,
    supported_kinds,
)
from lab.gateway.backends import Forward, resolve
from lab.gateway.matching import Entry, Listener
from lab.gateway.objects.httproute import HTTPRoute, HTTPRouteStatus, RouteParentStatus
from lab.gateway.objects.resources import (
    Condition,
    ConditionedStatus,
    Gateway,
    GatewayAddress,
    GatewayClass,
    GatewayStatus,
    ListenerStatus,
    condition,
)
from lab.gateway.objects.snapshot import Key, Snapshot

Owned: TypeAlias = GatewayClass | Gateway | HTTPRoute
"""An object whose status this controller writes."""

Status: TypeAlias = ConditionedStatus | HTTPRouteStatus

Routed: TypeAlias = tuple[HTTPRoute, list[Forward], list[Attachment]]
"""A route, the target of each of its rules, and the answers to its `parentRefs`."""


@dataclass(frozen=True)
class Outcome:
    """The result of one snapshot.

    Attributes:
        listeners: The listeners to serve, with their routes.
        statuses: Each object of this controller, and the status to write.
    """

    listeners: list[Listener]
    statuses: list[tuple[Owned, Status]]


def reconcile(snapshot: Snapshot, controller: str, now: str) -> Outcome:
    """Computes what a controller serves, and the statuses that it writes.

    Args:
        snapshot: The cluster.
        controller: `controllerName` of the GatewayClasses that are this controller's.
        now: The time, RFC 3339, for conditions that change.
    """
    classes = [
        each
        for each in snapshot.gateway_classes.values()
        if each.spec.controller_name == controller
    ]
    names = {each.metadata.name for each in classes}
    gateways = {
        key: gateway
        for key, gateway in snapshot.gateways.items()
        if gateway.spec.gateway_class_name in names
    }
    routed: list[Routed] = []
    for route in snapshot.http_routes.values():
        forwards = [resolve(route, rule, snapshot) for rule in route.spec.rules]
        routed.append((route, forwards, list(attach(route, forwards, gateways))))
    outcome = Outcome(list(_serve(gateways, routed)), [])
    for each in classes:
        outcome.statuses.append((each, _class_status(each, now)))
    for key, gateway in gateways.items():
        attached = [a for _, _, answers in routed for a in answers if a.gateway == key]
        outcome.statuses.append((gateway, _gateway_status(gateway, attached, now)))
    for route, _, answers in routed:
        outcome.statuses.append((route, _route_status(route, answers, controller, now)))
    return outcome


def _serve(gateways: Mapping[Key, Gateway], routed: Iterable[Routed]) -> Iterator[Listener]:
    for key, gateway in gateways.items():
        for listener in filter(programmed, gateway.spec.listeners):
            entries = [
                Entry(
                    hostname, match, (route.metadata.creation_timestamp, route.key, i, j), forward
                )
                for route, forwards, answers in routed
                for answer in answers
                if answer.gateway == key
                for hostname in answer.hostnames.get(listener.name, [])
                for i, (rule, forward) in enumerate(zip(route.spec.rules, forwards, strict=True))
                for j, match in enumerate(rule.matches)
            ]
            yield Listener(listener.hostname, entries)


def _class_status(gateway_class: GatewayClass, now: str) -> ConditionedStatus:
    accepted = [condition("Accepted", "Accepted")]
    return ConditionedStatus(
        conditions=_dated(
            accepted, gateway_class.status.conditions, gateway_class.metadata.generation, now
        )
    )


def _gateway_status(gateway: Gateway, attached: list[Attachment], now: str) -> GatewayStatus:
    generation = gateway.metadata.generation
    before = {each.name: each.conditions for each in gateway.status.listeners}
    own = gateway.spec.listeners
    usable = [listener for listener in own if programmed(listener)]
    accepted = condition("Accepted", "Accepted")
    if len(usable) < len(own):
        # A Gateway is accepted as long as one of its listeners is.
        accepted = accepted.model_copy(update={"reason": "ListenersNotValid"})
    if not usable:
        accepted = condition("Accepted", "ListenersNotValid", "no listener can be served")
    any_programmed = condition("Programmed", "Programmed" if usable else "Invalid")
    return GatewayStatus(
        addresses=[GatewayAddress(value="127.0.0.1")],
        conditions=_dated([accepted, any_programmed], gateway.status.conditions, generation, now),
        listeners=[
            ListenerStatus(
                name=listener.name,
                supported_kinds=supported_kinds(listener),
                attached_routes=sum(listener.name in each.hostnames for each in attached),
                conditions=_dated(
                    listener_conditions(listener),
                    before.get(listener.name, []),
                    generation,
                    now,
                ),
            )
            for listener in own
        ],
    )


def _route_status(
    route: HTTPRoute, answers: Iterable[Attachment], controller: str, now: str
) -> HTTPRouteStatus:
    before = route.status.parents
    # Entries of other controllers are kept as they are.
    parents = [parent for parent in before if parent.controller_name != controller]
    for answer in answers:
        conditions = [
            old
            for parent in before
            if (parent.controller_name, parent.parent_ref) == (controller, answer.parent_ref)
            for old in parent.conditions
        ]
        parents.append(
            RouteParentStatus(
                parent_ref=answer.parent_ref,
                controller_name=controller,
                conditions=_dated(answer.conditions, conditions, route.metadata.generation, now),
            )
        )
    return HTTPRouteStatus(parents=parents)


def _dated(
    conditions: Iterable[Condition], before: Iterable[Condition], generation: int, now: str
) -> list[Condition]:
    """`conditions` as of `generation`, with the time of the last change of each one's status."""
    times = {(old.type, old.status): old.last_transition_time for old in before}
    return [
        new.model_copy(
            update={
                "observed_generation": generation,
                "last_transition_time": times.get((new.type, new.status), now),
            }
        )
        for new in conditions
    ]
