from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lab.gateway.backends import Forward
from lab.gateway.matching import Entry, Listener, Request, find, intersect, meets, serves
from lab.gateway.objects.httproute import PathMatch, RouteMatch

LABELS = st.lists(st.sampled_from(["a", "b", "flux"]), min_size=1, max_size=3)
NAMES = LABELS.map(lambda labels: ".".join([*labels, "test"]))
HOSTNAMES = st.one_of(st.just(""), NAMES, NAMES.map(lambda name: f"*.{name}"))
ELEMENTS = st.lists(st.text("ab%2F~.", min_size=1), max_size=3)

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def request(target: str = "/", method: str = "POST", host: str = "a.test") -> Request:
    return Request(method, host, target)


def match(value: dict[str, object]) -> RouteMatch:
    return RouteMatch.model_validate(value)


def path(type_: str, value: str) -> dict[str, object]:
    return {"path": {"type": type_, "value": value}}


def entry(
    value: dict[str, object],
    hostname: str = "",
    days: int = 0,
    key: tuple[str, str] = ("default", "route"),
    place: tuple[int, int] = (0, 0),
) -> Entry:
    return Entry(hostname, match(value), (BORN + timedelta(days), key, *place), Forward())


def assert_goes_first(first: Entry, second: Entry, asked: Request) -> None:
    for entries in ([first, second], [second, first]):
        assert meets(second.match, asked)
        assert find([Listener("", entries)], asked) is first.forward


@given(HOSTNAMES, HOSTNAMES)
def test_an_intersection_is_the_same_both_ways_and_within_both(one: str, other: str) -> None:
    found = intersect(one, other)
    assert found == intersect(other, one)
    if found is not None:
        assert intersect(found, one) == intersect(found, other) == found


@given(NAMES, HOSTNAMES, HOSTNAMES)
def test_a_host_is_served_by_an_intersection_if_and_only_if_by_both(
    host: str, one: str, other: str
) -> None:
    asked, found = request(host=host), intersect(one, other)
    both = serves(one, asked) and serves(other, asked)
    assert both == (found is not None and serves(found, asked))


def test_a_wildcard_stands_for_labels_but_not_for_none() -> None:
    assert serves("*.flux.test", request(host="a.b.FLUX.test:443"))
    assert not serves("*.flux.test", request(host="flux.test"))
    assert not serves("*.flux.test", request(host="aflux.test"))


@given(ELEMENTS, ELEMENTS)
def test_a_prefix_matches_whole_elements(prefix: list[str], rest: list[str]) -> None:
    whole = "/" + "/".join(prefix + rest)
    for value in {"/" + "/".join(prefix), "/" + "/".join([*prefix, ""])}:
        assert meets(match(path("PathPrefix", value)), request(whole))
    if prefix:
        longer = match(path("PathPrefix", "/" + "/".join(prefix)))
        assert not meets(longer, request("/" + "/".join(prefix) + "x"))


def test_an_exact_path_is_compared_undecoded_and_without_the_query() -> None:
    exact = match(path("Exact", "/hook/a%2Fb"))
    assert meets(exact, request("/hook/a%2Fb?x=1"))
    assert not meets(exact, request("/hook/a/b"))
    assert not meets(exact, request("/hook/a%2Fb/"))


def test_a_match_with_a_method_takes_no_other_one() -> None:
    assert meets(match({"method": "POST"}), request())
    assert not meets(match({"method": "POST"}), request(method="GET"))


def test_the_most_specific_match_gets_the_request() -> None:
    asked = request("/hook/a?q=1")
    exact, prefix = path("Exact", "/hook/a"), path("PathPrefix", "/hook")
    by_rank = [
        exact | {"method": "POST"},
        exact,
        prefix | {"method": "POST"},
        prefix,
        path("PathPrefix", "/") | {"method": "POST"},
        path("PathPrefix", "/"),
    ]
    for first, second in pairwise(by_rank):
        assert_goes_first(entry(first), entry(second), asked)


def test_the_more_specific_hostname_goes_before_the_path() -> None:
    asked = request("/hook", host="a.flux.test")
    exact, any_path = path("Exact", "/hook"), path("PathPrefix", "/")
    by_rank = ["a.flux.test", "*.flux.test", "*.test", ""]
    for first, second in pairwise(by_rank):
        assert_goes_first(entry(any_path, first), entry(exact, second), asked)


def test_ties_go_to_the_older_route_then_by_name_then_by_place() -> None:
    asked = request()
    by_rank = [
        entry({}, days=0, key=("z", "z"), place=(9, 9)),
        entry({}, days=1, key=("a", "b"), place=(9, 9)),
        entry({}, days=1, key=("b", "a"), place=(0, 0)),
        entry({}, days=1, key=("b", "b"), place=(0, 1)),
        entry({}, days=1, key=("b", "b"), place=(1, 0)),
    ]
    for first, second in pairwise(by_rank):
        assert_goes_first(first, second, asked)


def test_only_the_most_specific_listener_counts() -> None:
    general, special = Listener("*.test", [entry({})]), Listener("a.test", [])
    assert find([general, special], request(host="b.test")) is general.entries[0].forward
    assert find([general, special], request(host="a.test")) is None
    assert find([special], request(host="b.test")) is None


def test_the_defaults_are_those_of_the_api() -> None:
    assert RouteMatch().path == PathMatch(type="PathPrefix", value="/")
