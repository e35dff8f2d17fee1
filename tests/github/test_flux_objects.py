"""The cluster's side of the page: what is said of an object, and of a cluster that is silent."""

import asyncio
import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from lab.github.page.flux_objects import FluxObject, flux_object
from lab.github.page.routes import shortened
from lab.github.serving.double import Double
from tests.github.lab import ORGANISATION, REPOSITORY, Lab

SHA = "0123456789abcdef" * 2 + "01234567"


def seen(**status: object) -> FluxObject:
    metadata = {"name": "a", "namespace": "b", "creationTimestamp": "2025-01-02T03:04:05Z"}
    return flux_object("Any", {"metadata": metadata, "status": status})


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
    revision = f"main@sha1:{SHA}"
    assert seen(artifact={"revision": revision}).revision == revision
    assert seen(lastAppliedRevision=revision).revision == revision
    assert shortened(f"stored '{revision}'") == "stored 'main@sha1:0123456789ab'"


def test_the_path_in_a_receivers_message_is_masked() -> None:
    digest = "f0" * 32
    ready = condition("Ready", "True", f"Receiver initialized for path: /hook/{digest}")
    told = seen(conditions=[ready], webhookPath=f"/hook/{digest}")
    assert "initialized for path: /hook/*" in told.message
    assert digest not in repr(told)


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
    second = kubeconfig.with_name("second")
    double = Double(dataclasses.replace(lab.config, kubeconfig=kubeconfig, directory=second))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(double.app)
        async with httpx.AsyncClient(transport=transport, base_url=lab.config.api_url) as client:
            return await client.get("/_lab/")

    page = asyncio.run(get())
    assert page.status_code == 200
    assert "API server does not answer" in page.text
    assert f"{ORGANISATION}/{REPOSITORY}" in page.text
