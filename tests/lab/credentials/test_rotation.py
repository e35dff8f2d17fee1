"""All four keys and tokens are rotated while GitHub pushes and its queue holds deliveries back: nothing is lost."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lightkube.resources.core_v1 import Secret

from lab.world import images
from lab.world.kinds import ExternalSecret, HTTPRoute, Receiver
from tests.conftest import TOLD
from tests.lab.conftest import NAMESPACE
from tests.lab.credentials.load import under_load
from tests.lab.images.automated import Automated, automated, verification
from tests.world import World, eventually

KINDS: tuple[Any, ...] = (ExternalSecret, Secret, Receiver, HTTPRoute)
ALL = ("webhookToken", "deployKey", "registryToken", "signingKey")


@pytest.fixture(scope="module")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Automated]:
    """An application that was never rotated; the bot commits to it."""
    name = "rotated"
    world.make_namespace(name)
    with automated(world, name, tmp_path_factory.mktemp(name)) as made:
        made.stack.up()

        def runs() -> None:
            assert made.image().endswith(":1")

        eventually(runs)
        yield made


def rotate(application: Automated, *generations: int, **others: list[int]) -> dict[str, str]:
    """`up` with these generations of everything, or of what `others` say; returns its steps."""
    written = {key: list(generations) for key in ALL} | others
    application.stack.config["generations"] = written
    return application.stack.up().steps


def in_cluster(application: Automated) -> set[str]:
    """The names of what a rotation changes in the cluster, by kind."""
    found = [
        (kind._api_info.resource.kind, str(each.metadata.name))
        for kind in KINDS
        for each in application.world.cluster.list(kind, namespace=NAMESPACE)
        if each.metadata
    ]
    own = re.compile(rf"{application.name}(-.*)?")
    return {f"{kind} {name}" for kind, name in found if own.fullmatch(name)}


def set_of(name: str, ending: str) -> set[str]:
    """What one generation has in the cluster."""
    secrets = {f"{name}-{each}{ending}" for each in ("git", "webhook-token", "docker", "gpgkey")}
    return {
        *(f"ExternalSecret {each}" for each in secrets),
        *(f"Secret {each}" for each in secrets),
        f"Receiver {name}{ending}",
        f"HTTPRoute {name}-receiver{ending}",
    }


def hook_changes(application: Automated) -> int:
    """How often the webhook was changed on GitHub."""
    text = application.world.directory.log("github").read_text()
    return len(re.findall(rf"PATCH \S*{re.escape(application.hook)} 200", text))


def decoded(world: World, name: str) -> str:
    data = world.cluster.get(Secret, name, namespace=NAMESPACE).data or {}
    return " ".join(base64.b64decode(each).decode() for each in data.values())


def test_nothing_is_lost_when_all_four_are_rotated_under_load(
    application: Automated, record_property: Callable[[str, object], None]
) -> None:
    world, name, stack = application.world, application.name, application.stack
    keys = f"/repos/{application.repository}/keys"
    first = application.release("2")
    hook, (old_key,) = application.hook, world.get(keys)
    old = world.parameters(f"/{name}")
    old_gpg = stack.output("signingKey")["keyId"]
    assert in_cluster(application) == set_of(name, "")

    # For the new token alone.
    stack.config["tokenLength"] = 40

    with under_load(application) as load:
        steps = rotate(application, 1, 2)
        assert not {step for step, op in steps.items() if op == "delete"} - {
            f"ExternalSecret developer-friendly/{name}/gpgkey"
        }
        assert steps[f"RepositoryWebhook developer-friendly/{name}/webhook"] == "update"
        assert hook_changes(application) == 1, "URL and secret at once"
        gpg_secret = {f"ExternalSecret {name}-gpgkey", f"Secret {name}-gpgkey"}
        both = set_of(name, "") | set_of(name, "-g2")
        assert in_cluster(application) == both - gpg_secret
        assert old.items() <= world.parameters(f"/{name}").items()
        assert old_key["id"] in {each["id"] for each in world.get(keys)}
        assert old_gpg in {each["key_id"] for each in world.bot.get("/user/gpg_keys").json()}

        steps = rotate(application, 2)
        assert set(steps.values()) == {"delete", "update"}

    lost = [each for each in load.delivered() if each["status_code"] != 200]
    record_property(
        TOLD,
        f"rotation under load: {load.pushes} pushes, {len(load.delivered())} deliveries,"
        f" {len(lost)} lost; {len(load.fetches)} revisions fetched, {len(load.scans)} scans,"
        f" {len(load.failures)} failed",
    )
    assert lost == []
    assert load.failures == []
    assert min(load.pushes, len(load.fetches), len(load.scans)) > 10
    assert application.hook == hook, "the same webhook"
    assert hook_changes(application) == 1

    # Nothing of the former generation is left.
    assert in_cluster(application) == set_of(name, "-g2")
    new = world.parameters(f"/{name}")
    passphrase = {key for key in old if key.endswith("/passphrase")}
    assert set(new) == {f"{key}-g2" for key in old.keys() - passphrase} | passphrase
    assert [len(new[key]) for key in new if key.endswith("/receiver/token-g2")] == [40]
    kept = {key for key in old if old[key] in new.values()} - passphrase
    assert kept == {key for key in old if key.endswith("/ghcr-token")}, "which nobody changed"
    (key,) = world.get(keys)
    assert key["key"] != old_key["key"]
    gpg = {each["key_id"] for each in world.bot.get("/user/gpg_keys").json()}
    assert old_gpg not in gpg
    assert stack.output("signingKey")["keyId"] in gpg

    # What the former key has signed stays verified; the new one signs, and its commit arrives.
    path = f"/repos/{application.repository}/commits"
    assert verification(world.github.get(f"{path}/{first['sha']}").json())["reason"] == "valid"
    second = application.release("3")
    assert verification(second)["reason"] == "valid"
    assert verification(second)["signature"] != verification(first)["signature"]
    application.await_applied(str(second["sha"]))


def test_a_leaked_set_is_deleted_last_and_a_former_pull_secret_keeps_its_token(
    application: Automated,
) -> None:
    world, name, stack = application.world, application.name, application.stack
    another, tokens = "another" + "-token", f"/{name}/developer-friendly/{name}/ghcr-token"
    stack.config["registryToken"] = another
    stack.config["generations"] = {
        "webhookToken": [3],
        "deployKey": [3],
        "signingKey": [3],
        "registryToken": [2, 3],
    }
    run = stack.up()
    done = [
        (str(step["op"]), str(step["urn"]).rpartition(":")[2])
        for event in run.events
        if (step := event.get("resOutputsEvent", {}).get("metadata")) and isinstance(step, dict)
    ]
    deleted = [each for op, each in done if op == "delete"]
    assert {each.rpartition("/")[2] for each in deleted} >= {"deploy-key-g2", "receiver-g2"}
    assert len(done) - len(deleted) > done.index(
        ("update", f"developer-friendly/{name}/webhook")
    ), "first everything is made and used, then the former set goes"
    assert [op for op, _ in done if op != "same"][-len(deleted) :] == ["delete"] * len(deleted)

    assert images.TOKEN in decoded(world, f"{name}-docker-g2")
    assert another in decoded(world, f"{name}-docker-g3")
    assert world.parameters(tokens.rpartition("/")[0]).items() >= {
        (f"{tokens}-g2", images.TOKEN),
        (f"{tokens}-g3", another),
    }
    assert stack.up("--expect-no-changes").steps == {}
