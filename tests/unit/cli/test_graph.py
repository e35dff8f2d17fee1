"""`fluxhook graph`: the picture of a stack is the README's, made from its state."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Pulumi, fluxhook

OURS = "fluxhook:index:"
PREFIX = "urn:pulumi:unit::fluxhook::"
SECRET = "very-" + "secret"


class State:
    """A state, written as the engine does: in the order of creation, with parents and dependencies."""

    def __init__(self) -> None:
        self.resources: list[dict[str, Any]] = []
        self.root = self.add("pulumi:pulumi:Stack", "fluxhook-unit")
        self.provider = self.add("pulumi:providers:kubernetes", "cluster")

    def add(
        self, type_: str, name: str, parent: str = "", after: Sequence[str] = (), **more: object
    ) -> str:
        urn = f"{PREFIX}{type_}::{name}"
        self.resources.append(
            {
                "urn": urn,
                "type": type_,
                "parent": parent or getattr(self, "root", ""),
                "custom": not type_.startswith(OURS),
                "dependencies": list(after),
                "inputs": {"value": SECRET},
                **more,
            }
        )
        return urn


def state_of(*applications: str) -> dict[str, Any]:
    state = State()
    bot = state.add(f"{OURS}Bot", "flux-bot")
    state.add(f"{OURS}Cluster", "empty")
    signing = state.add("aws:ssm/parameter:Parameter", "flux-bot/key", bot)
    for name in applications:
        app = state.add(f"{OURS}Application", name)
        key = state.add(f"{OURS}DeployKey", f"{name}/key", app)
        seed = state.add("random:index/randomPassword:RandomPassword", f"{name}/seed", key)
        one = state.add(
            "kubernetes:external-secrets.io/v1:ExternalSecret", f"{name}/a", key, [seed]
        )
        two = state.add(
            "kubernetes:external-secrets.io/v1:ExternalSecret", f"{name}/b", key, [seed]
        )
        source = state.add(
            "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository", f"{name}/src", app, [one, two]
        )
        delivery = state.add(
            "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization", f"{name}/kus", app, [source]
        )
        webhook = state.add(f"{OURS}Webhook", f"{name}/webhook", app)
        state.add(
            *("github:index/repositoryWebhook:RepositoryWebhook", f"{name}/hook", webhook),
            # That the source comes before is said by the delivery already.
            after=[delivery, source, state.provider],
            propertyDependencies={"secret": [signing], "active": None},
        )
    return {"version": 3, "deployment": {"resources": state.resources}}


MERMAID = """\
flowchart LR
  subgraph g0["once per stack"]
    n0["Bot<br/>Parameter"]
  end
  subgraph g1["acme/shop"]
    n1["DeployKey<br/>RandomPassword, 2 ExternalSecret"]
    n2["GitRepository"]
    n3["Kustomization"]
    n4["Webhook<br/>RepositoryWebhook"]
  end
  n0 --> n4
  n1 --> n2
  n2 --> n3
  n3 --> n4
"""


def test_components_and_their_order_are_drawn_without_shortcuts(pulumi: Pulumi) -> None:
    pulumi.says("stack export", state_of("acme/shop"))
    assert fluxhook("graph").stdout == MERMAID


def test_each_application_has_a_box_and_one_can_be_drawn_alone(pulumi: Pulumi) -> None:
    pulumi.says("stack export", state_of("acme/other", "acme/shop"))
    both = fluxhook("graph").stdout
    assert '["acme/other"]' in both and '["acme/shop"]' in both
    assert fluxhook("graph", "acme/shop").stdout == MERMAID
    refused = fluxhook("graph", "acme/shpo", code=1).stderr
    assert refused.endswith("there are: acme/other, acme/shop\n")


def test_dot_draws_the_same_nodes_and_edges(pulumi: Pulumi) -> None:
    pulumi.says("stack export", state_of("acme/shop"))
    dot = fluxhook("graph", "--format", "dot").stdout
    assert dot.startswith("digraph stack {\n") and dot.endswith("}\n")
    assert 'label="acme/shop";' in dot
    assert r'n1 [label="DeployKey\nRandomPassword, 2 ExternalSecret"];' in dot
    edges = [line.strip() for line in dot.splitlines() if "->" in line]
    assert edges == ["n0 -> n4;", "n1 -> n2;", "n2 -> n3;", "n3 -> n4;"]


def test_svg_is_drawn_by_graphviz_and_refused_without_it(pulumi: Pulumi) -> None:
    pulumi.says("stack export", state_of("acme/shop"))
    refused = fluxhook("graph", "--format", "svg", code=1).stderr
    assert refused == (
        "fluxhook: svg needs Graphviz's `dot` on PATH; install Graphviz, or use --format mermaid\n"
    )
    program = Path(os.environ["PATH"]) / "dot"
    program.write_text('#!/bin/sh\nread first\necho "$1 $first"\n')
    program.chmod(0o755)
    assert fluxhook("graph", "--format", "svg").stdout == "-Tsvg digraph stack {\n"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    assert "`dot` failed: broken" in fluxhook("graph", "--format", "svg", code=1).stderr


@pytest.mark.parametrize("format_", ["mermaid", "dot"])
def test_no_value_of_the_state_is_drawn(format_: str, pulumi: Pulumi) -> None:
    pulumi.says("stack export", state_of("acme/shop"))
    assert SECRET not in fluxhook("graph", "--format", format_).stdout


@pytest.mark.parametrize("state", [{"deployment": {}}, {"deployment": None}, state_of()])
def test_a_stack_that_was_never_up_is_told(state: dict[str, Any], pulumi: Pulumi) -> None:
    if state["deployment"]:
        state["deployment"]["resources"] = state["deployment"]["resources"][:2]
    pulumi.says("stack export", state)
    assert "`pulumi up` makes them" in fluxhook("graph", code=3).stderr


def test_components_that_need_each_other_are_drawn_with_all_their_edges(pulumi: Pulumi) -> None:
    state = State()
    app = state.add(f"{OURS}Application", "acme/shop")
    one, two = (state.add(f"{OURS}{kind}", kind, app) for kind in ("DeployKey", "Image"))
    first = state.add("a:b:First", "first", one)
    second = state.add("a:b:Second", "second", two, [first])
    state.add("a:b:Third", "third", one, [second])
    pulumi.says("stack export", {"deployment": {"resources": state.resources}})
    drawn = fluxhook("graph").stdout
    assert "n0 --> n1" in drawn and "n1 --> n0" in drawn
