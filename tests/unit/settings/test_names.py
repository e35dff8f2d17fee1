"""Names that others have rules for: a rule is theirs, neither wider nor narrower."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.rules.github import branch_fault, image_name_fault, repository_id
from tests.unit.examples import BOT, app, faults


@pytest.mark.parametrize(
    "branch",
    [
        *("refs/heads/main", "a..b", "x.lock", "x.lock/y", "-x", "HEAD", "@", "release/", "/x"),
        *("a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a//b", "a/.b", ".a", "a."),
        *("a@{b", "a\tb", "a\x7fb"),
    ],
)
def test_a_branch_that_git_refuses_is_refused(branch: str) -> None:
    (found,) = faults(applications=[app(branch=branch)])
    assert found.startswith("fluxhook:applications[0].branch: ")
    assert found.count("branch") > 1


@pytest.mark.parametrize(
    "branch", ["main", "release/1.x", "feat/🚀", "a@b", "x.locks", "überall", "a-"]
)
def test_a_branch_that_git_takes_is_taken(branch: str) -> None:
    assert faults(applications=[app(branch=branch)]) == []


@given(st.text(st.sampled_from("ab/.@{-~^:?*[\\ \t\x7flock"), min_size=1, max_size=8))
def test_git_itself_says_the_same_of_every_branch(branch: str) -> None:
    if branch.startswith("-") or branch == "@":
        assert branch_fault(branch), "git takes it for an option, or for HEAD"
        return
    command = ["git", "check-ref-format", "--branch", branch]
    known = subprocess.run(command, capture_output=True, check=False)
    # Of `@{-1}` git makes the branch that was checked out before.
    taken = known.returncode == 0 and "@{" not in branch
    assert (branch_fault(branch) is None) == taken


@pytest.mark.parametrize(
    ("image", "fault"),
    [
        ("ghcr.io/o/r:latest", "has a tag; write the name alone"),
        ("r:1", "has a tag"),
        (f"ghcr.io/o/r@sha256:{'0' * 64}", "has a digest; write the name alone"),
        ("ghcr.io/O/r", "is not an image name; write one in lower case"),
        ("Org/r", "is not an image name"),
        ("ghcr.io/o/", "is not an image name"),
        ("https://ghcr.io/o/r", "is not an image name"),
        ("o r", "is not an image name"),
    ],
)
def test_what_is_no_image_name_is_refused(image: str, fault: str) -> None:
    (found,) = faults(applications=[app(image={"name": image, "automation": False})])
    assert found.startswith(f"fluxhook:applications[0].image.name: {fault}")


@pytest.mark.parametrize(
    "image", ["r", "o/r", "localhost/r", "127.0.0.1:5000/r", "GHCR.io/o/r__x", "a.b/c-d/e.f/g--h"]
)
def test_what_is_an_image_name_is_taken(image: str) -> None:
    assert image_name_fault(image) is None


def test_the_logins_of_enterprise_managed_users_are_taken() -> None:
    assert repository_id("jane_acme/dotfiles", "o") == "jane_acme/dotfiles"
    bot = {**BOT, "login": "flux-bot_acme"}
    entries = [app(repository="jane_acme/dotfiles")]
    assert faults(owner="jane_acme", bot=bot, applications=entries) == []


@pytest.mark.parametrize("path", ["./..", "./../..", "./a/../../b"])
@pytest.mark.parametrize("key", ["kustomization", "clusterSync"])
def test_a_directory_outside_of_the_repository_is_refused(path: str, key: str) -> None:
    written = {"applications": [app(kustomization={"path": path})]}
    sync = {"clusterSync": {"repository": "fleet", "path": path}}
    (found,) = faults(**(written if key == "kustomization" else sync))
    assert found.partition(": ")[2].startswith("leads out of the repository; write a directory")


@pytest.mark.parametrize("interval", ["0s", "0m0s", "0.0h"])
def test_no_duration_may_be_zero(interval: str) -> None:
    (found,) = faults(applications=[app(interval=interval)])
    assert found.startswith("fluxhook:applications[0].interval: is zero; write a duration")


@pytest.mark.parametrize("key", ["registryToken", "chartToken", "commitStatusToken"])
@pytest.mark.parametrize("around", ["{}\n", "{} ", "\n{}"])
def test_a_token_that_would_be_sent_with_a_newline_is_refused(key: str, around: str) -> None:
    token = "gh" + "p_token"
    (found,) = faults(**{key: around.format(token)})
    assert found.startswith(f"fluxhook:{key}: begins or ends with a blank or a newline")
    assert token not in found


def test_secrets_that_are_files_may_end_in_a_newline() -> None:
    secrets = {"chat": {"address": "https://chat.example.com", "headers": "A: b\n"}}
    chat = [{"name": "chat", "type": "generic"}]
    assert faults(notifications=chat, notificationSecrets=secrets) == []
    padded = {"chat": {"address": "https://chat.example.com\n"}}
    (found,) = faults(notifications=chat, notificationSecrets=padded)
    assert "--path notificationSecrets.chat.address` and paste it without" in found
