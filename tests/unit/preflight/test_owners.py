"""What `fluxhook check` alone looks at: objects of somebody else, and the host keys that Flux trusts."""

from typing import Any

import pytest

from preflight import Level
from tests.unit.examples import APP, app
from tests.unit.preflight.conftest import Refused, Sides

SOURCES = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories"
SECRETS = "/apis/external-secrets.io/v1/namespaces/flux-system/externalsecrets"
TODAY = "github.com ssh-ed25519 AAAA\ngithub.com ssh-rsa BBBB\n"
LABEL = {"labels": {"kustomize.toolkit.fluxcd.io/name": "flux-system"}}


def named(name: str, **metadata: object) -> dict[str, Any]:
    return {"items": [{"metadata": {"name": name, **metadata}}]}


@pytest.mark.parametrize(
    ("metadata", "owner"),
    [
        ({}, "its owner is unknown"),
        (LABEL, "kustomize.toolkit.fluxcd.io/name: flux-system"),
        (
            {"annotations": {"fluxhook/stack": "organization/fluxhook/other"}},
            "fluxhook/stack: organization/fluxhook/other",
        ),
    ],
)
def test_an_object_of_somebody_else_is_told_with_its_owner_and_the_way_out(
    metadata: dict[str, object], owner: str, sides: Sides
) -> None:
    sides.cluster[SOURCES] = named("echo-server", **metadata)
    (told,) = sides.stopped()
    assert told.startswith(
        f"GitRepository flux-system/echo-server: exists and belongs to somebody else ({owner}); "
    )
    assert "annotate it with fluxhook/stack=organization/fluxhook/unit" in told


def test_the_stacks_own_objects_and_those_of_other_names_are_not_told(sides: Sides) -> None:
    own = {"annotations": {"fluxhook/stack": "organization/fluxhook/unit"}}
    sides.cluster[SOURCES] = {
        "items": named("echo-server", **own)["items"] + named("other")["items"]
    }
    assert sides.stopped() == []


def test_the_program_leaves_owners_to_its_own_refusal(sides: Sides) -> None:
    sides.cluster[SOURCES] = named("echo-server")
    sides.stack = None
    assert sides.stopped() == []


def trusts(known_hosts: str) -> dict[str, Any]:
    found = named("echo-server-git", annotations={"fluxhook/stack": "organization/fluxhook/unit"})
    data = {"known_hosts": known_hosts}
    found["items"][0]["spec"] = {"target": {"template": {"data": data}}}
    return found


@pytest.mark.parametrize(
    ("known_hosts", "wrong"), [(TODAY, False), (TODAY.replace("AAAA", "old"), True)]
)
def test_host_keys_that_github_does_not_serve_any_more_are_told(
    known_hosts: str, wrong: bool, sides: Sides
) -> None:
    sides.cluster[SECRETS] = trusts(known_hosts)
    told = "ExternalSecret echo-server-git: has host keys that GitHub does not serve any more"
    assert any(told in each for each in sides.said(Level.NOTE)) is wrong
    assert sides.stopped() == []


@pytest.mark.parametrize("answer", [Refused(404), {"hooks": []}])
def test_a_github_without_host_keys_stops_an_update(answer: object, sides: Sides) -> None:
    sides.github["GET /meta"] = answer
    (told,) = sides.stopped()
    assert "GitHub: lists no SSH host keys" in told


WITHOUT_KEYS = {**APP, "applications": [app(credentials="github-app")]}


@pytest.mark.parametrize("config", [{"secrets": {"backend": "kubernetes"}}, WITHOUT_KEYS])
def test_where_flux_trusts_no_host_key_none_is_asked_for(
    config: dict[str, object], sides: Sides
) -> None:
    sides.config |= config
    sides.github["GET /meta"] = Refused(404)
    assert sides.stopped() == []
