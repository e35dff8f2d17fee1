import pytest

from tests.gateway.objects import BACKEND, Json, decide, listener, route, told


@pytest.mark.parametrize(
    ("allowed", "accepted"),
    [
        ({"namespaces": {"from": "All"}}, "Accepted"),
        ({"namespaces": {"from": "Same"}}, "NotAllowedByListeners"),
        (
            {"kinds": [{"kind": "GRPCRoute"}], "namespaces": {"from": "All"}},
            "NotAllowedByListeners",
        ),
        # A selector is not supported, so it lets nobody in.
        ({"namespaces": {"from": "Selector", "selector": {}}}, "NotAllowedByListeners"),
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
    backend_found = outcome.listeners[0].entries[0].forward.backend
    assert backend_found and backend_found.fault and backend_found.fault.reason == reason
