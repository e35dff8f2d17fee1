"""Git over SSH with git's own client: whom a deploy key lets in, and what a push sets off."""

import asyncio
from pathlib import Path

import asyncssh

from tests.github.lab import ORGANISATION, REPOSITORY, Git, Keys, Lab, commit, register, url
from tests.github.webhooks.receiver import Receiver


def test_a_clone_and_a_shallow_clone_have_the_newest_commit(
    lab: Lab, git: Git, deploy_key: Keys, tmp_path: Path
) -> None:
    register(lab, deploy_key("reader"), read_only=True)
    lab.push("one")
    newest = lab.push("two")

    for depth, count in (([], "2"), (["--depth", "1"], "1")):
        target = tmp_path / f"clone{count}"
        done = git(deploy_key("reader"), "clone", *depth, url(lab) + ".git", str(target))
        assert done.returncode == 0, done.stderr
        head = git(deploy_key("reader"), "-C", str(target), "rev-parse", "HEAD").stdout.strip()
        commits = git(deploy_key("reader"), "-C", str(target), "rev-list", "--count", "HEAD")
        assert (head, commits.stdout.strip()) == (newest, count)


def test_the_use_of_a_key_is_noted(lab: Lab, git: Git, deploy_key: Keys) -> None:
    path = register(lab, deploy_key("reader"), read_only=True)
    with lab.client() as client:
        assert client.get(path).json()["last_used"] is None
        assert git(deploy_key("reader"), "ls-remote", url(lab)).returncode == 0
        assert client.get(path).json()["last_used"] is not None


def test_a_key_that_is_not_registered_is_denied(lab: Lab, git: Git, deploy_key: Keys) -> None:
    done = git(deploy_key("stranger"), "ls-remote", url(lab))

    assert done.returncode != 0
    assert "Permission denied (publickey)" in done.stderr


def test_a_deleted_key_is_denied(lab: Lab, git: Git, deploy_key: Keys) -> None:
    path = register(lab, deploy_key("reader"))
    assert git(deploy_key("reader"), "ls-remote", url(lab)).returncode == 0
    with lab.client() as client:
        client.delete(path).raise_for_status()

    assert "Permission denied" in git(deploy_key("reader"), "ls-remote", url(lab)).stderr


def test_another_user_than_git_is_denied(lab: Lab, git: Git, writable: asyncssh.SSHKey) -> None:
    assert "Permission denied" in git(writable, "ls-remote", url(lab, user="root")).stderr


def test_a_key_of_another_repository_finds_nothing(
    lab: Lab, git: Git, deploy_key: Keys, writable: asyncssh.SSHKey
) -> None:
    with lab.client() as client:
        client.post(f"/orgs/{ORGANISATION}/repos", json={"name": "other"}).raise_for_status()
    register(lab, deploy_key("other"), "other")

    for key, name in ((writable, "other"), (deploy_key("other"), REPOSITORY)):
        done = git(key, "ls-remote", url(lab, name))
        assert done.returncode != 0
        assert "ERROR: Repository not found." in done.stderr


def test_a_path_out_of_the_directory_finds_nothing(
    lab: Lab, git: Git, writable: asyncssh.SSHKey
) -> None:
    done = git(writable, "ls-remote", url(lab, f"../{ORGANISATION}/{REPOSITORY}"))

    assert "ERROR: Repository not found." in done.stderr


def test_a_read_only_key_cannot_push(
    lab: Lab, git: Git, clone: Path, deploy_key: Keys, receiver: Receiver
) -> None:
    register(lab, deploy_key("reader"), read_only=True)
    commit(git, deploy_key("reader"), clone, "b.txt")
    done = git(deploy_key("reader"), "-C", str(clone), "push", "origin", "HEAD:main")

    assert done.returncode != 0
    assert "marked as read only" in done.stderr


def test_a_shell_is_not_given(lab: Lab, writable: asyncssh.SSHKey) -> None:
    async def connect() -> tuple[str, int | None]:
        with lab.client() as client:
            host_key = client.get("/meta").json()["ssh_keys"][0]
        trusted = asyncssh.import_known_hosts(f"[127.0.0.1]:{lab.config.ssh_port} {host_key}\n")
        async with asyncssh.connect(
            "127.0.0.1",
            lab.config.ssh_port,
            username="git",
            client_keys=[writable],
            known_hosts=trusted,
            config=None,
            agent_path=None,
        ) as connection:
            shell = await connection.run()
            other = await connection.run("cat /etc/passwd")
            return f"{shell.stderr!r}{other.stderr!r}", shell.exit_status

    said, status = asyncio.run(connect())
    assert status == 1
    assert "GitHub does not provide shell access" in said
    assert "Invalid command" in said
