"""GitHub is told of an Ingress only when a controller serves it."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pulumi
import pytest

from recovery import ingress
from recovery.cluster import Cluster, Object
from tests.unit.conftest import owned

COMPONENT = "developer-friendly/echo-server"
STACK = "organization/fluxhook/unit"


class Served(Cluster):
    """A cluster with those Ingresses; without any it does not answer."""

    def __init__(self, *found: Object) -> None:
        self.found = list(found)

    def whole_list(self, api_version: str, kind: str, namespace: str, **query: str) -> list[Object]:
        if not self.found:
            raise httpx2.ConnectError("https://user:s3cr3t@127.0.0.1")
        return self.found


def made(name: str, component: str, *addresses: str) -> Object:
    """An Ingress with those addresses."""
    return served({"name": name, "annotations": owned(component)}, *addresses)


def served(metadata: Mapping[str, Any], *addresses: str) -> Object:
    """An Ingress with that metadata."""
    balancer = {"loadBalancer": {"ingress": [{"ip": each} for each in addresses]}}
    return {"metadata": metadata, "spec": {"ingressClassName": "nginx"}, "status": balancer}


def told(*found: Object) -> str | None:
    """What is told of the webhook."""
    return ingress.without_address(Served(*found), STACK, "flux-system", f"{COMPONENT}/webhook")


def test_an_ingress_without_an_address_is_named_with_its_class() -> None:
    message = told(made("first", COMPONENT, "192.0.2.7"), made("second", COMPONENT))
    assert message
    assert "Ingress flux-system/second has no address" in message
    assert "class nginx" in message
    assert told(made("first", COMPONENT, "192.0.2.7")) is None


def test_an_ingress_of_another_component_or_stack_is_not_waited_for() -> None:
    foreign = {**owned(COMPONENT), "fluxhook/stack": "organization/fluxhook/other"}
    assert (
        told(
            made("first", COMPONENT, "192.0.2.7"),
            made("other", "developer-friendly/other"),
            served({"name": "foreign", "annotations": foreign}),
            served({"name": "plain"}),
        )
        is None
    )


def test_a_cluster_that_does_not_answer_is_told_by_the_kind_of_its_error() -> None:
    assert told() == "the cluster cannot be asked for the address of an Ingress (ConnectError)"


def test_it_is_asked_until_it_is_served_or_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingress, "PAUSE", 0)
    shown: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda told, ephemeral: shown.append(told))
    answers: Iterator[str | None] = iter(["not yet", "not yet", None, "not asked"])

    async def ask() -> str | None:
        return next(answers)

    asyncio.run(ingress.until_served(ask))
    assert next(answers) == "not asked"
    assert shown == ["not yet", "not yet"]

    monkeypatch.setattr(ingress, "LIMIT", -1)

    async def never() -> str:
        return "not yet"

    with pytest.raises(RuntimeError, match="not yet"):
        asyncio.run(ingress.until_served(never))
