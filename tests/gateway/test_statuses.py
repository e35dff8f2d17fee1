import pytest

from lab.gateway.objects.httproute import HTTPRoute
from lab.gateway.objects.resources import Gateway
from lab.gateway.statuses import reconcile
from tests.gateway.objects import (
    BACKEND,
    CONTROLLER,
    EARLIER,
    NOW,
    PARENT,
    Json,
    decide,
    entries,
    gateway_status,
    listener,
    route,
    route_status,
    snapshot,
    told,
)


def test_a_right_route_is_accepted_served_and_counted() -> None:
    outcome = decide(route())
    for condition in told(outcome).values():
        assert (condition.status, condition.reason) == ("True", condition.type)
        assert (condition.observed_generation, condition.last_transition_time) == (3, NOW)
    (entry,) = outcome.listeners[0].entries
    assert entry.hostname == "flux.lab.test"
    assert entry.forward.backend
    assert entry.forward.backend.endpoints == [("127.0.0.1", 9292)]
    status = gateway_status(outcome)
    assert status.listeners[0].attached_routes == 1
    assert [kind.kind for kind in status.listeners[0].supported_kinds] == ["HTTPRoute"]
    assert [address.value for address in status.addresses] == ["127.0.0.1"]
    assert {c.type: c.status for c in status.conditions} == {
        "Accepted": "True",
        "Programmed": "True",
    }


@pytest.mark.parametrize(
    ("reason", "spec"),
    [
        ("NoMatchingListenerHostname", {"hostnames": ["flux.example.org"]}),
        ("NoMatchingParent", {"parentRefs": [PARENT | {"sectionName": "http"}]}),
        ("NoMatchingParent", {"parentRefs": [PARENT | {"port": 80}]}),
    ],
)
def test_a_route_that_cannot_be_served_says_why(reason: str, spec: Json) -> None:
    outcome = decide(route(spec))
    accepted = told(outcome)["Accepted"]
    assert (accepted.status, accepted.reason) == ("False", reason)
    assert entries(outcome) == gateway_status(outcome).listeners[0].attached_routes == 0


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"filters": [{"type": "URLRewrite", "urlRewrite": {"hostname": "x"}}]}, "URLRewrite"),
        ({"filters": [{"type": "RequestHeaderModifier"}]}, "RequestHeaderModifier"),
        ({"timeouts": {"request": "1s"}}, "rules[0].timeouts"),
        ({"backendRefs": [BACKEND | {"filters": [{"type": "RequestMirror"}]}]}, "Refs.filters"),
        ({"backendRefs": [BACKEND, BACKEND]}, "backendRefs with more than one entry"),
        ({"backendRefs": [BACKEND | {"weight": 0}]}, "or a weight"),
        ({"matches": [{"path": {"type": "RegularExpression", "value": "/.*"}}]}, "RegularExpr"),
        ({"matches": [{"headers": [{"name": "X-One", "value": "1"}]}]}, "matches.headers"),
        ({"matches": [{"queryParams": [{"name": "q", "value": "1"}]}]}, "matches.queryParams"),
    ],
)
def test_a_field_that_is_not_supported_is_named_and_the_route_not_served(
    rule: Json, refused: str
) -> None:
    outcome = decide(route({"rules": [{"backendRefs": [BACKEND], **rule}]}))
    accepted = told(outcome)["Accepted"]
    assert (accepted.status, accepted.reason) == ("False", "UnsupportedValue")
    assert refused in accepted.message
    assert entries(outcome) == gateway_status(outcome).listeners[0].attached_routes == 0


@pytest.mark.parametrize(
    ("fields", "type_", "reason"),
    [
        ({"protocol": "HTTP", "tls": {}}, "Accepted", "UnsupportedProtocol"),
        ({"tls": {"certificateRefs": [{"name": "x"}]}}, "ResolvedRefs", "InvalidCertificateRef"),
        ({"allowedRoutes": {"kinds": [{"kind": "TCPRoute"}]}}, "ResolvedRefs", "InvalidRouteKinds"),
    ],
)
def test_a_listener_that_cannot_be_served_says_why(fields: Json, type_: str, reason: str) -> None:
    outcome = decide(route(), listener(**fields))
    conditions = {c.type: c for c in gateway_status(outcome).listeners[0].conditions}
    assert (conditions[type_].status, conditions[type_].reason) == ("False", reason)
    assert told(outcome)["Accepted"].status == "False"


def test_a_time_changes_only_with_the_status() -> None:
    first = route_status(decide(route())).model_dump(mode="json", by_alias=True)
    for condition in first["parents"][0]["conditions"]:
        condition["lastTransitionTime"] = EARLIER
    conditions = told(decide(route(status=first, backendRefs=[{"name": "missing", "port": 80}])))
    assert conditions["Accepted"].last_transition_time == EARLIER
    assert conditions["ResolvedRefs"].last_transition_time == NOW


def test_what_is_right_already_is_not_written_again() -> None:
    before = snapshot(route())
    for owned, status in reconcile(before, CONTROLLER, EARLIER).statuses:
        after = owned.model_copy(update={"status": status})
        if isinstance(after, HTTPRoute):
            before.http_routes[after.key] = after
        elif isinstance(after, Gateway):
            before.gateways[after.key] = after
        else:
            before.gateway_classes[after.key] = after
    again = reconcile(before, CONTROLLER, NOW).statuses
    assert len(again) == 3
    assert all(owned.status == status for owned, status in again)


def test_what_other_controllers_say_is_kept_and_their_gateways_are_left_alone() -> None:
    theirs: Json = {
        "parentRef": {"name": "theirs"},
        "controllerName": "example.org/other",
        "conditions": [],
    }
    own = route({"parentRefs": [{"name": "theirs"}]}, status={"parents": [theirs]})
    outcome = decide(own)
    assert route_status(outcome) == own.status
    assert entries(outcome) == 0


def test_a_parent_that_is_asked_for_no_longer_is_forgotten() -> None:
    before = route_status(decide(route())).model_dump(mode="json", by_alias=True)
    assert route_status(decide(route({"parentRefs": []}, status=before))).parents == []
