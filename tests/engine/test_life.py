"""The life of a stack: first up, second up, preview, refresh, destroy."""

import base64
from itertools import pairwise

import pytest
from lightkube.resources.core_v1 import Secret

from tests.deployment import Deployment
from tests.engine.conftest import Shared


def application(deployment: Deployment) -> dict[str, object]:
    return deployment.config["applications"][0]  # type: ignore[index,no-any-return]


def test_a_second_up_a_refresh_and_a_preview_change_nothing_and_destroy_leaves_nothing(
    deployment: Deployment, name: str
) -> None:
    deployment.config["bot"] = {"login": "developer-friendly-bot", "name": "B", "email": "b@c.d"}
    keys = len(deployment.world.bot.get("/user/gpg_keys").json())
    first = deployment.up()
    assert set(first.steps.values()) == {"create"}
    assert len(deployment.world.bot.get("/user/gpg_keys").json()) == keys + 1
    assert deployment.world.objects(name)
    before = deployment.world.parameters(f"/{name}")
    assert deployment.up("--expect-no-changes").steps == {}
    assert deployment.operate("refresh", "--expect-no-changes").steps == {}
    assert deployment.preview("--expect-no-changes").steps == {}
    assert deployment.world.parameters(f"/{name}") == before, "keys are made once"

    deployment.operate("destroy")
    assert deployment.world.objects(name) == []
    assert deployment.world.parameters(f"/{name}") == {}
    assert deployment.world.get(f"/repos/developer-friendly/{name}/hooks") == []
    assert deployment.world.get(f"/repos/developer-friendly/{name}/keys") == []
    assert len(deployment.world.bot.get("/user/gpg_keys").json()) == keys


def test_each_part_is_there_before_what_needs_it(up: Shared) -> None:
    events = up.first.events

    def positions(event: str, resource: str) -> list[int]:
        """Where in the update an event of a resource stands, which is named by the end of its URN."""
        return [
            index
            for index, each in enumerate(events)
            if event in each
            and not each[event].get("planning")
            and str(each[event]["metadata"]["urn"]).endswith(resource)  # type: ignore[index]
        ]

    name = f"developer-friendly/{up.stack.stack}"
    chain = [
        f":Parameter::{name}/webhook-token",
        f":ExternalSecret::{name}/webhook-token",
        f":Receiver::{name}/receiver",
        f":HTTPRoute::{name}/http-route",
        f":RepositoryWebhook::{name}/webhook",
    ]

    for needed, user in pairwise(chain):
        made, begun = positions("resOutputsEvent", needed), positions("resourcePreEvent", user)
        assert made
        assert begun
        assert max(made) < min(begun), f"{user} before {needed}"
    last = max(positions("resourcePreEvent", f":Kustomization::{name}/kustomization"))
    assert last < min(positions("resourcePreEvent", chain[-1]))


def test_a_preview_needs_no_cluster(deployment: Deployment) -> None:
    kubeconfig = deployment.directory / "kubeconfig"
    real = deployment.world.directory.kubeconfig.read_text()
    port = deployment.world.state.ports["kube-apiserver"]
    kubeconfig.write_text(real.replace(f":{port}", ":1"))
    deployment.environment["KUBECONFIG"] = str(kubeconfig)
    steps = deployment.preview().steps
    assert "create" in set(steps.values())
    assert any(step.startswith("Receiver ") for step in steps)


def test_a_deploy_key_removed_by_hand_is_made_again(shared: Deployment) -> None:
    keys = f"/repos/developer-friendly/{shared.stack}/keys"
    (key,) = shared.world.get(keys)
    shared.world.github.delete(f"{keys}/{key['id']}").raise_for_status()
    repaired = shared.up("--refresh")
    (again,) = shared.world.get(keys)
    assert again["key"] == key["key"]
    assert "Receiver" not in {step.partition(" ")[0] for step in repaired.steps}


def test_a_deploy_key_that_may_push_takes_the_place_of_the_one_that_may_not(
    shared: Deployment,
) -> None:
    keys = f"/repos/developer-friendly/{shared.stack}/keys"
    (before,) = shared.world.get(keys)
    application(shared)["deployKey"] = {"writable": True}
    shared.up()
    (after,) = shared.world.get(keys)
    assert (before["read_only"], after["read_only"]) == (True, False)
    assert after["key"] == before["key"]


def test_a_rotated_parameter_reaches_the_cluster_at_once(deployment: Deployment, name: str) -> None:
    deployment.config["refreshInterval"] = "24h"
    deployment.config["registryToken"] = "first" + "-token"
    application(deployment)["image"] = {"name": "ghcr.io/o/r", "private": True, "automation": False}
    deployment.up()
    deployment.config["registryToken"] = "second" + "-token"
    deployment.up()
    # Each value has a Secret of its own name, so `up` ends only once the new one is there.
    secret = deployment.world.cluster.get(Secret, f"{name}-docker-v2", namespace="flux-system")
    assert secret.data
    assert "second" + "-token" in base64.b64decode(secret.data[".dockerconfigjson"]).decode()


def test_bad_input_writes_nothing_and_shows_no_traceback(deployment: Deployment, name: str) -> None:
    deployment.config |= {"ownr": "x", "refreshInterval": "often"}
    refused = deployment.operate("up", check=False)
    assert refused.exit_code != 0
    assert "Traceback" not in refused.output
    assert "has 2 faults; nothing was written" in refused.output
    # Once as it comes, once among the diagnostics; a host that is not official says it no third time.
    assert refused.output.count("did you mean `owner`?") <= 2
    assert "did you mean `owner`?" in refused.output
    assert deployment.world.parameters(f"/{name}") == {}
    assert deployment.world.get(f"/repos/developer-friendly/{name}/keys") == []
    deployment.config.pop("ownr")
    deployment.config.pop("refreshInterval")


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        (
            {"branch": "release"},
            {"GitRepository git-repository": "update", "Receiver receiver": "update"},
        ),
        (
            {"deployKey": {"title": "other"}},
            # Only `up` finds that its Secret stays the same: a source uses no key that GitHub does not have.
            {"RepositoryDeployKey deploy-key": "replace", "GitRepository git-repository": "update"},
        ),
        ({"kustomization": {"path": "./x"}}, {"Kustomization kustomization": "update"}),
        ({"receiver": {"interval": "1m"}}, {"Receiver receiver": "update"}),
        (
            {
                "receiver": {"events": ["ping", "push", "release"]},
                "webhook": {"events": ["release"]},
            },
            {"Receiver receiver": "update", "RepositoryWebhook webhook": "update"},
        ),
    ],
    ids=["branch", "title", "path", "interval", "events"],
)
def test_a_property_changes_just_its_resources(
    shared: Deployment, change: dict[str, object], steps: dict[str, str]
) -> None:
    before = dict(application(shared))
    application(shared).update(change)
    found = shared.preview().steps
    shared.config["applications"] = [before]
    prefix = f"developer-friendly/{shared.stack}/"
    assert {step.replace(prefix, ""): op for step, op in found.items()} == steps


def test_a_longer_token_replaces_it_and_updates_all_that_carry_it(shared: Deployment) -> None:
    shared.config["tokenLength"] = 40
    found = shared.preview().steps
    del shared.config["tokenLength"]
    assert {step.partition(" ")[0]: op for step, op in found.items()} == {
        "RandomPassword": "replace",
        "Parameter": "update",
        "ExternalSecret": "replace",
        "Receiver": "update",
        "HTTPRoute": "update",
        "RepositoryWebhook": "update",
    }


def test_another_application_touches_nothing_of_the_first(shared: Deployment) -> None:
    first = shared.config["applications"]
    shared.world.make_repository("another")
    shared.config["applications"] = [{"repository": "another"}, *first]  # type: ignore[misc]
    found = shared.preview().steps
    shared.config["applications"] = first
    assert set(found.values()) == {"create"}
    assert all("developer-friendly/another" in step for step in found)
