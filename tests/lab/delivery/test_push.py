"""A developer's push: `fluxhook lab push` and `fluxhook lab demo` on an application of the tests' own."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lightkube.resources.apps_v1 import Deployment
from lightkube.types import PatchType
from rich.console import Console

from fluxhook.demo import commit as demo
from fluxhook.demo import steps
from lab.run.directory import LabError
from lab.world.kinds import GitRepository, Kustomization
from lab.world.push import commit, connect, example, read
from tests.deployment import deployed
from tests.lab.conftest import run_in
from tests.world import World

NAME = "pushed"
REPOSITORY = f"developer-friendly/{NAME}"
OVERLAY = "kustomize/overlays/dev/kustomization.yaml"
STEPS = [
    "push accepted",
    "delivery sent",
    "receiver answered 200",
    "GitRepository has the commit",
    "Deployment has N replicas",
    "Kustomization applied it",
]

Run = Callable[..., str]


@pytest.fixture(scope="module")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The example in a repository of its own, followed by a stack that is up."""
    with deployed(world, NAME, tmp_path_factory.mktemp(NAME)) as stack:
        with connect(world.state) as github:
            commit(github, REPOSITORY, "The example", example("echo-server"))
        path = {"path": "./kustomize/overlays/dev", "targetNamespace": "default"}
        stack.config["applications"] = [{"repository": NAME, "kustomization": path}]
        stack.up()
        yield world


@pytest.fixture
def run(application: World) -> Run:
    """Runs `fluxhook` in the lab of the application."""
    return lambda *arguments, code=0: run_in(application.directory.path, *arguments, code=code)


def head(world: World) -> str:
    answer = world.github.get(f"/repos/{REPOSITORY}/commits/main")
    return str(answer.raise_for_status().json()["sha"])


def overlay(world: World) -> str:
    with connect(world.state) as github:
        return read(github, REPOSITORY, OVERLAY)


def test_the_first_commit_of_the_labs_repository_is_the_example(world: World) -> None:
    with connect(world.state) as github:
        answer = github.get("/repos/developer-friendly/echo-server/commits/main")
        first: dict[str, str] = answer.raise_for_status().json()
        for path, text in example("echo-server").items():
            assert read(github, "developer-friendly/echo-server", path, first["sha"]) == text

    assert not first["parents"]


def test_a_push_that_is_waited_for_has_been_applied(application: World, run: Run) -> None:
    done = json.loads(run("lab", "push", NAME, "--wait", "--output", "json"))

    assert set(done) == {"sha", "applied_ms"}
    assert done["sha"] == head(application)
    applied = application.cluster.get(Kustomization, NAME, namespace="flux-system")
    assert applied.status
    assert applied.status["lastAppliedRevision"] == f"main@sha1:{done['sha']}"  # type: ignore[index]


def test_a_value_is_set_and_the_comment_beside_it_stays(application: World, run: Run) -> None:
    before = overlay(application)
    message = "Tag it\n\nwith a run's id"
    printed = run(
        "lab", "push", REPOSITORY, "--message", message, "--set", f"{OVERLAY}:images.0.newTag=42"
    )

    marked = 'newTag: "{}" # {{"$imagepolicy": "flux-system:echo-server:tag"}}'
    assert overlay(application) == before.replace(marked.format(1), marked.format(42)) != before
    assert printed == f"pushed {head(application)}\n"
    pushed = application.github.get(f"/repos/{REPOSITORY}/commits/main").json()
    assert pushed["commit"]["message"] == message


def test_several_values_of_a_file_go_into_one_commit(application: World, run: Run) -> None:
    sets = [f"{OVERLAY}:replicas.0.count=7", f"{OVERLAY}:labels.0.pairs.env=test"]
    run("lab", "push", NAME, "--branch", "other")
    run("lab", "push", NAME, "--branch", "other", "--set", sets[0], "--set", sets[1])
    with connect(application.state) as github:
        text = read(github, REPOSITORY, OVERLAY, "other")

    assert "count: 7\n" in text
    assert "env: test\n" in text
    assert "count: 7\n" not in overlay(application)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "the lab's GitHub has no developer-friendly/nothing"),
        (
            ["nothing", "--wait"],
            "nothing in the cluster applies the branch main of developer-friendly/nothing",
        ),
        ([NAME, "--set", "file"], "--set file: write FILE:DOTTED.PATH=VALUE"),
        ([NAME, "--set", "x.yaml:a=1"], f"the lab's GitHub has no {REPOSITORY}/x.yaml on main"),
        ([NAME, "--set", "kustomize:a=1"], f"kustomize of {REPOSITORY} is a directory"),
        ([NAME, "--set", f"{OVERLAY}:a=1"], f"{OVERLAY}: there is no plain value at a"),
    ],
)
def test_what_cannot_be_pushed_is_one_line(run: Run, arguments: list[str], message: str) -> None:
    error = run("lab", "push", *arguments, code=1)

    assert error.startswith(f"fluxhook: {message}")
    assert error.count("\n") == 1


def test_the_demo_shows_one_commit_at_every_step_and_can_be_repeated(
    application: World, run: Run
) -> None:
    counts: list[int | None] = []
    for _ in range(2):
        title, *lines, verdict = run("lab", "demo", NAME).splitlines()
        sha = head(application)
        (deployment,) = application.cluster.list(
            Deployment, namespace="default", labels={"kustomize.toolkit.fluxcd.io/name": NAME}
        )
        assert deployment.spec
        counts.append(deployment.spec.replicas)
        steps = [step.replace("N", str(counts[-1])) for step in STEPS]
        shown = {step: line for line in lines for step in steps if step in line}
        assert sorted(shown) == sorted(steps)
        assert len(lines) == len(steps)
        times = [int(line.split()[0]) for line in lines]
        assert times == sorted(times)
        assert title.endswith(f"to {counts[-1]} replicas")
        assert [step for step in steps if sha[:12] not in shown[step]] == [steps[4]]
        assert verdict.startswith(f"✔ {sha}:")

    assert set(counts) == {2, 5}


def test_a_commit_that_does_not_arrive_is_an_error_that_says_where(
    application: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "APPLY_TIMEOUT", 0.5)
    console = Console(file=io.StringIO(), width=200)

    def suspend(value: bool) -> None:
        patch = {"spec": {"suspend": value}}
        application.cluster.patch(
            GitRepository, NAME, patch, namespace="flux-system", patch_type=PatchType.MERGE
        )

    suspend(True)
    try:
        with pytest.raises(LabError, match=r"has not reached .*GitRepository, .*Kustomization"):
            demo.run(application.directory, console, NAME)
    finally:
        suspend(False)


def test_a_demo_whose_commit_came_by_polling_fails_and_says_what_the_receiver_answered(
    application: World, run: Run
) -> None:
    (hook,) = application.get(f"/repos/{REPOSITORY}/hooks")
    path = f"/repos/{REPOSITORY}/hooks/{hook['id']}/config"
    (parameter,) = application.parameters("/pushed/developer-friendly/pushed/flux-system/").values()

    def polled_every(interval: str) -> None:
        patch = {"spec": {"interval": interval}}
        application.cluster.patch(
            GitRepository, NAME, patch, namespace="flux-system", patch_type=PatchType.MERGE
        )

    application.github.patch(path, json={"secret": "an" + "other"}).raise_for_status()
    polled_every("1s")
    try:
        error = run("lab", "demo", NAME, code=1)
    finally:
        polled_every("1m")
        application.github.patch(path, json={"secret": parameter}).raise_for_status()

    assert error.startswith("fluxhook: ✗ receiver answered 400: polling brought the commit")
    run("lab", "demo", NAME)


def test_a_demo_without_a_webhook_asks_for_make_up(application: World, run: Run) -> None:
    (hook,) = application.get(f"/repos/{REPOSITORY}/hooks")
    path = f"/repos/{REPOSITORY}/hooks/{hook['id']}"
    application.github.patch(path, json={"active": False}).raise_for_status()
    try:
        error = run("lab", "demo", NAME, code=1)
    finally:
        application.github.patch(path, json={"active": True}).raise_for_status()

    assert error == f"fluxhook: {REPOSITORY} has no active webhook; run `make up`\n"


def test_a_demo_of_images_without_image_automation_says_what_is_missing(run: Run) -> None:
    error = run("lab", "demo", NAME, "--image", code=1)

    assert error == (
        f"fluxhook: {REPOSITORY} has no image automation: give the application an `image`, the"
        " stack a `bot` (docs/image-automation.md)\n"
    )


def test_a_demo_without_a_lab_or_a_stack_asks_for_make_up(world: World, tmp_path: Path) -> None:
    without_lab = {
        run_in(tmp_path / "lab", "lab", "demo", *more, code=1) for more in ([], ["--image"])
    }
    without_stack = run_in(world.directory.path, "lab", "demo", code=1)

    assert without_lab == {"fluxhook: no lab is running; run `make up`\n"}
    assert without_stack.endswith("; run `make up`\n")
