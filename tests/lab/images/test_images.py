"""Image automation with nothing in between: registry, Flux's image controllers, signed commit, webhook, Deployment."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.types import PatchType
from rich.console import Console

from fluxhook.demo import image, steps
from lab.run.directory import LabError
from lab.world.kinds import ImageRepository
from lab.world.surroundings import BOT_EMAIL
from tests.lab.conftest import NAMESPACE, run_in
from tests.lab.images.automated import Automated, automated, message, verification
from tests.world import World, eventually

STEPS = [
    "image pushed",
    "ImagePolicy chose tag N",
    "bot's commit: Verified",
    "delivery sent",
    "receiver answered 200",
    "GitRepository has the commit",
]
"""What follows them, in any order, are the two `LAST`."""
LAST = ["Deployment runs tag N", "Kustomization applied it"]


@pytest.fixture(scope="module")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Automated]:
    """An application that is up and runs tag 1."""
    name = "released"
    world.make_namespace(name)
    with automated(world, name, tmp_path_factory.mktemp(name)) as made:
        made.stack.up()
        eventually(lambda: _runs(made, "1"))
        yield made


def _runs(application: Automated, tag: str) -> None:
    assert application.image() == f"ghcr.io/{application.image_name}:{tag}"


def test_a_new_tag_is_committed_by_the_bot_and_runs(application: Automated) -> None:
    commit = application.release("2")
    assert commit["commit"]["author"]["email"] == BOT_EMAIL  # type: ignore[index]
    assert message(commit) == f"Update image tags of {application.name}\n\n1 -> 2\n"
    assert verification(commit)["reason"] == "valid"
    assert verification(commit)["verified"] is True
    application.await_applied(str(commit["sha"]))
    assert application.image() == f"ghcr.io/{application.image_name}:2"
    assert application.deliveries()[0]["status_code"] == 200


def test_only_numbers_count_as_tags_and_the_highest_is_the_newest(application: Automated) -> None:
    for tag in ("latest", "v99", "0"):
        application.push_image(tag)
    commit = application.release("10")
    assert message(commit).endswith("2 -> 10\n")


def demo(application: Automated) -> list[str]:
    """The lines of `fluxhook lab demo --image`."""
    lab = application.world.directory.path
    return run_in(lab, "lab", "demo", application.name, "--image").splitlines()


def test_the_demo_shows_the_next_tag_at_every_step_and_can_be_repeated(
    application: Automated,
) -> None:
    # Pushed, but not committed yet: Flux is not told.
    application.push_image("14")
    for tag in ("15", "16"):
        title, told, *lines, verdict = demo(application)
        assert title.endswith(f"to {tag}")
        assert "reconcile.fluxcd.io/requestedAt" in told
        assert "every 1h (image.interval)" in told
        named = [step.replace("N", tag) for step in [*STEPS, *LAST]]
        shown = [next(step for step in named if step in line) for line in lines]
        assert shown[:-2] + sorted(shown[-2:]) == named
        times = [int(line.split()[0]) for line in lines]
        assert times == sorted(times)
        assert verdict == f"✔ tag {tag}: pushed and running in {max(times)} ms"
        commit = application.world.github.get(f"/repos/{application.repository}/commits/main")
        sha = commit.json()["sha"]
        with_commit = [step for step, line in zip(shown, lines, strict=True) if sha[:12] in line]
        assert set(named) - set(with_commit) == {named[0], named[1], named[-2]}
        assert sha in application.applied()
        assert application.image() == f"ghcr.io/{application.image_name}:{tag}"


def test_a_commit_is_not_verified_once_its_key_has_left_the_bots_account(
    application: Automated,
) -> None:
    bot, identifier = application.world.bot, application.stack.output("signingKey")["keyId"]
    (key,) = [each for each in bot.get("/user/gpg_keys").json() if each["key_id"] == identifier]
    bot.delete(f"/user/gpg_keys/{key['id']}").raise_for_status()
    lines = demo(application)
    commit = application.world.github.get(f"/repos/{application.repository}/commits/main").json()
    assert verification(commit)["verified"] is False
    assert verification(commit)["reason"] == "unknown_key"
    assert any("bot's commit: unknown_key" in line for line in lines)


def test_a_tag_that_does_not_arrive_is_an_error_that_says_where(
    application: Automated, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = application.world
    monkeypatch.setattr(steps, "APPLY_TIMEOUT", 2.0)
    console = Console(file=io.StringIO(), width=200)
    highest = int(application.image().rpartition(":")[2])
    head = application.applied().rpartition(":")[2][:12]
    world.cluster.patch(
        ImageRepository,
        application.name,
        {"spec": {"suspend": True}},
        namespace=NAMESPACE,
        patch_type=PatchType.MERGE,
    )
    with pytest.raises(LabError) as error:
        image.run(world.directory, console, application.name)
    assert str(error.value) == (
        f"✗ tag {highest + 1} has not reached ImagePolicy, the branch, the receiver, GitRepository,"
        f" Kustomization, Deployment after 2 s; ImagePolicy has {highest}, the branch {head},"
        f" GitRepository has {head}, Kustomization {head}, Deployment {highest}"
    )


def test_a_registry_that_refuses_the_token_does_not_stop_the_update(
    world: World, tmp_path: Path
) -> None:
    with automated(world, "refused", tmp_path, registryToken="wrong" + "-token") as application:
        application.stack.up()
        assert application.hook

        def refused() -> None:
            assert "UNAUTHORIZED" in str(application.conditions())

        eventually(refused)
