"""The page at /_lab/: what it shows of GitHub and of the cluster, and what it hides."""

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from starlette.applications import Starlette

from lab.github.page.cluster import KINDS, Cluster, ClusterObject, cluster_object
from lab.github.page.route import page_route
from lab.github.page.tables import of_cluster
from tests.github.lab import ORGANISATION, RECEIVER, REPOSITORY, Keys, Lab, register
from tests.github.webhooks.receiver import Receiver

HOOKS = f"/repos/{ORGANISATION}/{REPOSITORY}/hooks"
SHA = "0123456789abcdef" * 2 + "01234567"


def seen(**status: object) -> ClusterObject:
    metadata = {"name": "a", "namespace": "b", "creationTimestamp": "2025-01-02T03:04:05Z"}
    return cluster_object("Any", {"metadata": metadata, "status": status})


def condition(kind: str, status: str, message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "reason": f"{kind}{status}", "message": message}


@pytest.mark.parametrize("status", ["True", "False", "Unknown"])
def test_an_object_is_ready_when_its_ready_condition_says_so(status: str) -> None:
    told = seen(conditions=[condition("Stalled", "True"), condition("Ready", status)])
    assert (told.ready, told.reason) == (status, f"Ready{status}")


def test_an_object_that_no_controller_has_seen_is_unknown() -> None:
    assert seen().ready == "Unknown"


def test_a_route_is_ready_when_every_parent_accepts_and_resolves_it() -> None:
    good = {"conditions": [condition("Accepted", "True"), condition("ResolvedRefs", "True")]}
    bad = {"conditions": [condition("Accepted", "True"), condition("ResolvedRefs", "False")]}
    assert seen(parents=[good, good]).ready == "True"
    told = seen(parents=[good, bad])
    assert (told.ready, told.reason) == ("False", "ResolvedRefsFalse")


def test_a_revision_is_the_artifacts_or_the_one_applied_last() -> None:
    revision, short = f"main@sha1:{SHA}", "main@sha1:0123456789ab"
    assert seen(artifact={"revision": revision}).revision == short
    assert seen(lastAppliedRevision=revision).revision == short
    assert seen(lastAttemptedRevision="0.2.0").revision == "0.2.0"
    ready = condition("Ready", "True", f"stored artifact for revision '{revision}'")
    assert seen(conditions=[ready]).message == f"stored artifact for revision '{short}'"


def test_the_path_in_a_receivers_message_is_masked() -> None:
    digest = "f0" * 32
    ready = condition("Ready", "True", f"Receiver initialized for path: /hook/{digest}")
    told = seen(conditions=[ready], webhookPath=f"/hook/{digest}")
    assert "initialized for path: /hook/*" in told.message
    assert digest not in repr(told)


def test_a_failing_helm_release_is_highlighted_and_counted() -> None:
    good = seen(conditions=[condition("Ready", "True")])
    bad = seen(conditions=[condition("Ready", "False", "install retries exhausted")])
    (table,) = of_cluster([good, bad]).tables
    assert table.caption == "Objects: 1 of 2 ready"
    assert [row.bad for row in table.rows] == [False, True]
    assert "install retries exhausted" in table.rows[1].cells


def test_an_alert_is_shown_and_counted_apart_since_it_has_no_status() -> None:
    metadata = {"name": "a", "namespace": "b", "creationTimestamp": "2025-01-02T03:04:05Z"}
    alert = cluster_object("Alert", {"metadata": metadata})
    (table,) = of_cluster([seen(conditions=[condition("Ready", "True")]), alert]).tables
    assert table.caption == "Objects: 1 of 1 ready, 1 of kinds that have no status"
    assert tuple(table.rows[1].cells[:4]) == ("Alert", "b", "a", "")


@pytest.mark.parametrize(
    "kind",
    ["HelmRelease", "ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "Provider", "Alert"],
)
def test_objects_of_a_kind_are_on_the_page(kind: str) -> None:
    assert kind in [each.__name__ for each in KINDS]


def test_a_deployment_is_ready_when_it_is_available() -> None:
    waiting = seen(conditions=[condition("Progressing", "True"), condition("Available", "False")])
    assert (waiting.ready, waiting.reason) == ("False", "AvailableFalse")


def test_the_page_shows_keys_hooks_and_deliveries_and_no_secret(
    lab: Lab, receiver: Receiver, deploy_key: Keys
) -> None:
    receiver.body = b"<script>alert(1)</script> " + RECEIVER.encode()
    secret, path = "s" * 32, RECEIVER.rpartition("/")[2]
    register(lab, deploy_key("page"), title="<flux>", read_only=True)
    with lab.client() as client:
        config = {"url": RECEIVER, "content_type": "json", "secret": secret}
        client.post(HOOKS, json={"config": config}).raise_for_status()
        earlier = lab.push("Prepare the page")
        sha = lab.push("Deploy the page")
        lab.settle()
        del client.headers["Authorization"]
        page = client.get("/_lab/")

    assert page.status_code == 200
    for shown in (f"{ORGANISATION}/{REPOSITORY}", sha[:12], "Deploy the page", "&lt;flux&gt;"):
        assert shown in page.text
    assert page.text.index(sha[:12]) < page.text.index(earlier[:12])
    assert "unsigned" in page.text
    for shown in ("read-only", "ping", "push", "200 OK", "https://flux.fluxhook.test/********"):
        assert shown in page.text
    for hidden in (secret, path, *lab.tokens.values(), "<script", "<flux>"):
        assert hidden not in page.text


def test_a_failed_delivery_is_highlighted(lab: Lab, receiver: Receiver) -> None:
    receiver.status = 503
    with lab.client() as client:
        client.post(HOOKS, json={"config": {"url": RECEIVER}}).raise_for_status()
        lab.settle()
        page = client.get("/_lab/").text

    assert '<td data-head="Status" class="bad">503 Invalid HTTP Response: 503</td>' in page


@pytest.fixture(params=["refuses", "is silent"])
def kubeconfig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Of an API server that does not answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            taken.listen()
        server = f"https://127.0.0.1:{taken.getsockname()[1]}"
        document = {
            "clusters": [{"name": "lab", "cluster": {"server": server}}],
            "users": [{"name": "lab", "user": {}}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
            "current-context": "lab",
        }
        path = tmp_path / "kubeconfig"
        path.write_text(yaml.safe_dump(document))
        yield path


def test_the_page_is_shown_without_the_cluster(lab: Lab, kubeconfig: Path) -> None:
    async def get() -> httpx.Response:
        cluster = Cluster(kubeconfig)
        app = Starlette(routes=[page_route(lab.double.store, cluster)])
        transport = httpx.ASGITransport(app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
                return await client.get("/_lab/")
        finally:
            await cluster.close()

    page = asyncio.run(get())
    assert page.status_code == 200
    assert "API server does not answer" in page.text
    assert f"{ORGANISATION}/{REPOSITORY}" in page.text


def test_nothing_of_the_page_is_cut_off_on_a_narrow_screen(lab: Lab, deploy_key: Keys) -> None:
    register(lab, deploy_key("narrow"), title="A title " * 20, read_only=True)
    with lab.client() as client:
        lab.push("A subject " * 50)
        page = client.get("/_lab/").text
    # A table that is too wide scrolls by itself; below 60rem each cell is a line that names its column.
    assert page.count("<table>") == len(re.findall(r'<div class="wide">\s*<table>', page)) == 5
    rows = re.sub(r"<tr><td>[^<]*</td></tr>", "", page)
    assert len(re.findall(r"<td\b", rows)) == rows.count("<td data-head=") > 9
    assert '<meta name="viewport" content="width=device-width' in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    always, _, narrow = style.partition("@media (max-width: 60rem)")
    assert ".wide { overflow-x: auto;" in always
    assert re.search(r"\btd \{[^}]*overflow-wrap: anywhere", always)
    assert re.search(r"\btd \{ display: block; \}", narrow)
    assert "content: attr(data-head)" in narrow
    # What would cut something off, or be wider than the screen.
    assert not re.search(r"overflow(-x)?: hidden|nowrap|text-overflow|width: *\d+px", style)
