import pytest

from tests.cluster.objects import BACKEND, Json, decide, listener, route, told


@pytest.mark.parametrize(
    ("allowed", "accepted"),
    [
        ({"namespaces": {"from": "All"}}, "Accepted"),
        ({"namespaces": {"from": "Same"}}, "NotAllowedByListeners"),
        (
            {"kinds": [{"kind": "GRPCRoute"}], "namespaces": {"from": "All"}},
            "NotAllowedByListeners",
        ),
        (
            {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "platform"}}}},
            "Accepted",
        ),
        (
            {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "other"}}}},
            "NotAllowedByListeners",
        ),
        (
            {
                "namespaces": {
                    "from": "Selector",
                    "selector": {
                        "matchExpressions": [
                            {"key": "team", "operator": "In", "values": ["platform", "x"]},
                            {"key": "team", "operator": "NotIn", "values": ["other"]},
                            {"key": "team", "operator": "Exists"},
                            {"key": "retired", "operator": "DoesNotExist"},
                        ]
                    },
                }
            },
            "Accepted",
        ),
        (
            {
                "namespaces": {
                    "from": "Selector",
                    "selector": {"matchExpressions": [{"key": "retired", "operator": "Exists"}]},
                }
            },
            "NotAllowedByListeners",
        ),
    ],
)
def test_a_listener_decides_who_may_attach(allowed: Json, accepted: str) -> None:
    assert told(decide(route(), listener(allowedRoutes=allowed)))["Accepted"].reason == accepted


@pytest.mark.parametrize(
    ("reason", "backend"),
    [
        ("BackendNotFound", {"name": "missing", "port": 80}),
        ("BackendNotFound", BACKEND | {"port": 81}),
        ("InvalidKind", BACKEND | {"kind": "Pod"}),
        ("RefNotPermitted", BACKEND | {"namespace": "elsewhere"}),
    ],
)
def test_a_wrong_backend_is_told_and_the_route_stays_accepted(reason: str, backend: Json) -> None:
    outcome = decide(route(backendRefs=[backend]))
    conditions = told(outcome)
    assert (conditions["ResolvedRefs"].status, conditions["ResolvedRefs"].reason) == (
        "False",
        reason,
    )
    assert conditions["Accepted"].status == "True"
    fault = outcome.listeners[0].entries[0].forward.backends[0].fault
    assert fault is not None and fault.reason == reason


@pytest.mark.parametrize(
    ("source", "name", "allowed"),
    [
        ("flux-system", "webhook-receiver", True),
        ("flux-system", "", True),
        ("flux-system", "other", False),
        ("default", "webhook-receiver", False),
    ],
)
def test_a_reference_grant_opens_another_namespace(source: str, name: str, allowed: bool) -> None:
    group = "gateway.networking.k8s.io"
    grants: Json = {
        "from": [{"group": group, "kind": "HTTPRoute", "namespace": source}],
        "to": [{"group": "", "kind": "Service", "name": name}],
    }
    own = route(backendRefs=[BACKEND | {"namespace": "elsewhere"}])
    expected = "ResolvedRefs" if allowed else "RefNotPermitted"
    assert told(decide(own, grants=grants))["ResolvedRefs"].reason == expected
