"""Links of the chain where the lab cannot break them; tests/lab/watching breaks all others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

import settings
from components.rules.flux import receiver_path
from fluxhook.sides.applications import Deployed, applied_by
from fluxhook.sides.objects import Object, Objects
from fluxhook.sides.parameters import Stored
from fluxhook.sides.waiting import Deadline
from fluxhook.watching import chain
from fluxhook.watching.chain import HTTP_ROUTE, Sides
from fluxhook.watching.links import Link, Verdict
from fluxhook.watching.ping import ping, revisions
from tests.unit.conftest import CONFIG, TOKEN, raw
from tests.unit.watching.conftest import Made, delivery

NAME, NAMESPACE = "echo-server", "flux-system"
PATH = receiver_path(TOKEN, NAME, NAMESPACE)
URL = f"https://flux.example.com{PATH}"
READY = [{"type": "Ready", "status": "True"}]
SHA = "0123456789ab" + "c" * 28


@dataclass
class FakeObjects(Objects):
    """The cluster as a test wants it."""

    secret: str | None = TOKEN
    items: dict[tuple[str, str], dict[str, Object]] = field(default_factory=dict)

    def named(self, kind: tuple[str, str]) -> dict[str, Object]:
        return self.items.get(kind, {})

    def get(self, kind: tuple[str, str], name: str) -> Object | None:
        return self.named(kind).get(name)

    def secret_value(self, name: str, key: str) -> str | None:
        return self.secret


def deployed(**more: object) -> Deployed:
    """An application of a stack, with further keys of its entry."""
    parsed, faults = settings.parse(
        raw({**CONFIG, "applications": [{"repository": "echo-server", **more}]}), "unit"
    )
    assert not faults
    (app,) = parsed.applications
    names = {"webhook-token": "/token"}
    return Deployed(app, NAMESPACE, "1", NAME, URL, names)


def receiver(path: str = PATH) -> dict[str, Any]:
    return {
        "spec": {"secretRef": {"name": "token"}},
        "status": {"conditions": READY, "webhookPath": path},
    }


@pytest.fixture
def sides(github: Made) -> Sides:
    """All is well, as far as it is asked."""

    def post(url: str) -> int:
        return 400 if url == URL else 404

    return Sides(
        stack="unit",
        verify_tls=True,
        github=github(lambda request: httpx2.Response(500)),
        objects=FakeObjects(),
        receivers={NAME: receiver()},
        parameters={"/token": Stored(datetime.now(UTC), TOKEN)},
        no_parameters="",
        post=post,
    )


def test_a_receiver_on_another_path_is_broken(sides: Sides) -> None:
    assert chain.receiver(deployed(), sides).verdict is Verdict.HOLDS
    other = replace(sides, receivers={NAME: receiver("/hook/" + "0" * 64)})
    assert "serves another path" in chain.receiver(deployed(), other).text


def test_without_parameter_store_the_secret_has_the_stacks_token(sides: Sides) -> None:
    app = replace(deployed(), parameters={})
    assert chain.token(app, sides).text == "the Secret flux-system/token has the stack's"
    wrong = chain.token(app, replace(sides, objects=FakeObjects("other")))
    assert wrong.text == "the Secret flux-system/token has another token than the stack"
    assert wrong.fix == "pulumi up --refresh --stack unit"


def test_of_several_generations_of_the_token_the_newest_is_compared() -> None:
    several = {"webhook-token-g9": "/9", "webhook-token": "/1", "webhook-token-g10": "/10"}
    app = replace(deployed(), parameters={**several, "deploy-key-g11": "/key"})
    assert [app.token_parameter] == ["/10"]
    assert replace(app, parameters={}).token_parameter is None


def test_a_token_that_was_changed_on_both_sides_is_not_the_stacks(sides: Sides) -> None:
    stored = {"/token": Stored(datetime.now(UTC), "other")}
    both = replace(sides, objects=FakeObjects("other"), parameters=stored)
    assert "another token than the stack" in chain.token(deployed(), both).text
    assert "other" not in repr(stored)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((200, 404), "answered an unsigned POST with 200, not 400"),
        ((400, 400), "answered on a wrong path with 400, not 404"),
    ],
)
def test_a_host_that_answers_more_than_flux_does_is_broken(
    sides: Sides, answers: tuple[int, int], told: str
) -> None:
    link = chain.route(deployed(), replace(sides, post=lambda url: answers[0 if url == URL else 1]))
    assert link.verdict is Verdict.BROKEN
    assert told in link.text


def test_the_route_with_the_path_of_the_receiver_says_why_it_does_not_lead_there(
    sides: Sides,
) -> None:
    def route(path: str, message: str) -> Object:
        condition = {"type": "Accepted", "status": "False", "reason": "No", "message": message}
        rules = [{"matches": [{"path": {"value": path}}]}]
        return {"spec": {"rules": rules}, "status": {"parents": [{"conditions": [condition]}]}}

    routes = {"other": route("/other", "other"), "ours": route(PATH, "no listener")}
    down = replace(sides, objects=FakeObjects(items={HTTP_ROUTE: routes}), post=lambda url: 404)
    link = chain.route(deployed(), down)
    assert link.text.endswith("with 404, not 400; HTTPRoute ours: No: no listener")


def pinged(made: Made, code: int, status: str = "OK") -> Callable[[Sides], Link]:
    items: list[dict[str, object]] = [delivery(1, 200, event="ping")]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            items.insert(0, delivery(2, code, event="ping", status=status))
            return httpx2.Response(204)
        return httpx2.Response(200, json=items)

    return lambda sides: ping(deployed(), replace(sides, github=made(answer)), Deadline.after(5))


@pytest.mark.parametrize(
    ("code", "status", "told", "fix"),
    [
        (400, "Invalid HTTP Response: 400", "with 400", "pulumi up --replace URN"),
        (404, "Invalid HTTP Response: 404", "with 404", "pulumi up --refresh"),
        (502, "Invalid HTTP Response: 502", "with 502", "flux check"),
        (502, "failed to connect to host", "example.com: failed to connect to host", "gh api meta"),
    ],
)
def test_each_answer_to_a_ping_has_its_fix(
    github: Made, sides: Sides, code: int, status: str, told: str, fix: str
) -> None:
    link = pinged(github, code, status=status)(sides)
    assert link.verdict is Verdict.BROKEN
    assert told in link.text
    assert fix in link.fix


def test_only_a_new_ping_counts(github: Made, sides: Sides) -> None:
    assert pinged(github, 200)(sides).verdict is Verdict.HOLDS
    old = [delivery(1, 200, event="ping")]
    client = github(lambda request: httpx2.Response(200, json=old))
    link = ping(deployed(), replace(sides, github=client), Deadline.after(0))
    assert "has not recorded its delivery in time" in link.text


def revised(sides: Sides, made: Made, app: Deployed, *delivered: Mapping[str, Any]) -> list[Link]:
    """The links of an application's deliveries, when GitHub and the source have the same commit."""
    head = {"commit": {"sha": SHA}}
    source: Object = {"spec": {}, "status": {"artifact": {"revision": f"main@sha1:{SHA}"}}}
    items: dict[tuple[str, str], dict[str, Object]] = {
        ("source.toolkit.fluxcd.io/v1", "GitRepository"): {NAME: source},
    }
    for each, status in zip(app.settings.delivered, delivered, strict=True):
        items.setdefault(applied_by(each), {})[each.name] = {"spec": {}, "status": status}
    client = made(lambda request: httpx2.Response(200, json=head))
    known = replace(sides, github=client, objects=FakeObjects(items=items))
    return revisions(app, known, Deadline.after(0))


def test_a_release_has_the_commit_of_its_chart(github: Made, sides: Sides) -> None:
    app = deployed(helmRelease={"chart": "./chart"})
    history = [{"status": "deployed", "chartVersion": f"0.1.0+{SHA[:12]}"}]
    done = {"conditions": READY, "history": history}
    (link,) = revised(sides, github, app, done)
    assert link.text == f"{SHA[:12]} is on GitHub, fetched and applied"
    older = [{"status": "deployed", "chartVersion": "0.1.0+aaaaaaaaaaaa"}]
    (link,) = revised(sides, github, app, {"conditions": READY, "history": older})
    assert link.text.endswith("has applied aaaaaaaaaaaa")


def test_each_delivery_of_a_list_has_a_link_of_its_own(github: Made, sides: Sides) -> None:
    deliveries = [{"name": "web"}, {"name": "api"}, {"name": "db", "helmRelease": {"chart": "./c"}}]
    at = {"conditions": READY, "lastAppliedRevision": f"main@sha1:{SHA}"}
    behind = {"conditions": READY, "lastAppliedRevision": "main@sha1:aaaaaaaaaaaaaaaa"}
    release = {"conditions": READY, "history": [{"status": "deployed", "chartVersion": SHA}]}
    web, api, db = revised(sides, github, deployed(deliveries=deliveries), at, behind, release)
    assert (
        web.text == f"{SHA[:12]} is on GitHub, fetched and applied by Kustomization flux-system/web"
    )
    assert api.verdict is Verdict.BROKEN
    assert "Kustomization flux-system/api has applied aaaaaaaaaaaa" in api.text
    assert api.fix == "flux reconcile kustomization api -n flux-system"
    assert "HelmRelease flux-system/db has applied" in db.text


def test_a_release_of_a_foreign_chart_follows_no_commit(github: Made, sides: Sides) -> None:
    app = deployed(
        helmRelease={"chart": "echo", "repository": {"url": "https://charts.example.com"}}
    )
    (link,) = revised(sides, github, app, {"conditions": READY})
    assert link.text.endswith("is ready with a chart from elsewhere")


def test_a_branch_that_github_does_not_show_is_named(github: Made, sides: Sides) -> None:
    client = github(lambda request: httpx2.Response(404))
    nowhere = deployed(branch="nowhere")
    (link,) = revisions(nowhere, replace(sides, github=client), Deadline.after(5))
    assert link.text == "GitHub shows no branch nowhere of developer-friendly/echo-server"
    assert "correct `branch`" in link.fix
