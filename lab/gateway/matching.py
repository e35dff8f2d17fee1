"""Which rule of which route a request belongs to: the Gateway API's matching and precedence.

Rules: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule and `HTTPRouteSpec.hostnames`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from lab.gateway.backends import Forward
from lab.gateway.objects.httproute import PathMatch, RouteMatch

Age: TypeAlias = tuple[datetime, tuple[str, str], int, int]
"""Creation time of a route, its namespace and name, index of the rule, index of the match."""


@dataclass(frozen=True)
class Request:
    """The parts of a request that decide its rule; `target` is path and query as received."""

    method: str
    host: str
    target: str

    @property
    def path(self) -> str:
        """The path without the query, not decoded."""
        return self.target.partition("?")[0]

    @property
    def hostname(self) -> str:
        """The host without its port, in lower case."""
        return re.sub(r":\d*$", "", self.host).lower()

    @property
    def port(self) -> int | None:
        """The port that the host names, or None where it is the scheme's own."""
        named = re.search(r":(\d+)$", self.host)
        return int(named[1]) if named else None


@dataclass(frozen=True)
class Entry:
    """One match of one rule for one hostname (empty: any), and where its requests go."""

    hostname: str
    match: RouteMatch
    age: Age
    forward: Forward


@dataclass(frozen=True)
class Listener:
    """A programmed listener: its hostname (empty: any) and the matches of its routes.

    With `one_label` its wildcard stands for one label and no more, as an Ingress's does.
    """

    hostname: str
    entries: list[Entry]
    one_label: bool = False

    def serves(self, request: Request) -> bool:
        """Whether the request's host is the listener's."""
        longer = request.hostname.count(".") > self.hostname.count(".")
        if self.one_label and self.hostname and longer:
            return False
        return serves(self.hostname, request)


def find(listeners: Iterable[Listener], request: Request) -> Forward | None:
    """Finds where a request goes; None when no rule matches it.

    Only the listener with the most specific hostname is considered.
    """
    for_host = [listener for listener in listeners if listener.serves(request)]
    if not for_host:
        return None
    listener = min(for_host, key=lambda each: hostname_precedence(each.hostname))
    for entry in sorted(listener.entries, key=precedence):
        if serves(entry.hostname, request) and meets(entry.match, request):
            return entry.forward
    return None


def intersect(one: str, other: str) -> str | None:
    """The hostnames that both allow: the narrower of the two, or None when there are none.

    A wildcard stands for one or more labels: `*.example.org` is `a.b.example.org` too, but not
    `example.org`. An empty string allows every hostname.
    """
    if not one or not other or one == other:
        return one or other
    for wide, narrow in ((one, other), (other, one)):
        if wide.startswith("*.") and narrow.endswith(wide[1:]):
            return narrow
    return None


def serves(hostname: str, request: Request) -> bool:
    """Whether a listener or a route for `hostname` is for the request's host."""
    return intersect(hostname, request.hostname) == request.hostname


def hostname_precedence(hostname: str) -> tuple[int, int]:
    """The sort key of a hostname: the most characters first, but wildcards after the others."""
    return (0 if hostname.startswith("*") else -len(hostname), -len(hostname))


def precedence(entry: Entry) -> tuple[object, ...]:
    """The sort key of an entry: the first that a request meets gets it."""
    match = entry.match
    return (
        hostname_precedence(entry.hostname),
        match.path.type != "Exact",
        -len(match.path.value),
        match.method is None,
        entry.age,
    )


def meets(match: RouteMatch, request: Request) -> bool:
    """Whether `request` meets all of `match`."""
    return match.method in {None, request.method} and _path_meets(match.path, request.path)


def _path_meets(match: PathMatch, path: str) -> bool:
    if match.type == "Exact":
        return path == match.value
    # By elements: `/abc` is a prefix of `/abc/def`, not of `/abcdef`.
    prefix = match.value.rstrip("/")
    return path == prefix or path.startswith(f"{prefix}/")
