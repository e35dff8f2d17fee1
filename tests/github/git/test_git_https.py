"""Git over HTTPS with git's own client, and GitHub's two hosts behind one port."""

import json
import os
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lab.github.model.config import Rights
from tests.github.app import INSTALLATION, json_web_token
from tests.github.lab import ORGANISATION, RECEIVER, REPOSITORY, Lab
from tests.github.webhooks.receiver import Receiver

Https = Callable[..., subprocess.CompletedProcess[str]]
PRIVATE = "private"


@pytest.fixture
def git(lab: Lab, tmp_path: Path) -> Https:
    """Runs git with a password: `git(token, "clone", url, path)`; None gives none."""
    port = lab.https.port

    def run(password: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "GIT_SSL_CAINFO": str(lab.config.ca_file),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "PASSWORD": password or "",
            **{f"GIT_{who}_NAME": "Dev" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "dev@example.com" for who in ("AUTHOR", "COMMITTER")},
        }
        settings = ["-c", f"http.curloptResolve=github.com:{port}:127.0.0.1"]
        if password is not None:
            helper = '!f() { echo "username=x-access-token"; echo "password=$PASSWORD"; }; f'
            settings += ["-c", f"credential.helper={helper}"]
        return subprocess.run(
            ["git", *settings, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def url(lab: Lab) -> Callable[[str], str]:
    return lambda name: f"https://github.com:{lab.https.port}/{ORGANISATION}/{name}"


@pytest.fixture
def private(lab: Lab) -> str:
    """The path of a private repository with one commit."""
    body = {"name": PRIVATE, "private": True, "auto_init": True}
    with lab.client() as client:
        client.post(f"/orgs/{ORGANISATION}/repos", json=body).raise_for_status()
    return f"/repos/{ORGANISATION}/{PRIVATE}"


def test_anybody_clones_a_public_repository(
    lab: Lab, git: Https, url: Callable[[str], str], tmp_path: Path
) -> None:
    lab.push("one")
    newest = lab.push("two")
    for number, suffix in enumerate(("", ".git")):
        target = str(tmp_path / f"clone{number}")
        done = git(None, "clone", "-q", url(REPOSITORY) + suffix, target)
        assert done.returncode == 0, done.stderr
        assert git(None, "-C", target, "rev-parse", "HEAD").stdout.strip() == newest
    shallow = str(tmp_path / "shallow")
    assert git(None, "clone", "-q", "--depth", "1", url(REPOSITORY), shallow).returncode == 0
    assert git(None, "-C", shallow, "rev-list", "--count", "HEAD").stdout.strip() == "1"


def test_a_private_repository_wants_a_token_that_may_read_it(
    lab: Lab, git: Https, url: Callable[[str], str], private: str
) -> None:
    def tried(password: str | None) -> str:
        return git(password, "ls-remote", url(PRIVATE)).stderr

    assert "could not read Username" in tried(None)
    assert "Authentication failed" in tried("nonsense")
    assert "not found" in tried(lab.tokens[Rights.BOT])
    assert "403" in tried(lab.tokens[Rights.STATUSES])
    assert tried(lab.tokens[Rights.READ_ONLY]) == ""


def test_github_asks_for_basic_credentials(lab: Lab, private: str) -> None:
    trust = ssl.create_default_context(cafile=str(lab.config.ca_file))
    with httpx.Client(verify=trust, trust_env=False) as client:

        def ask(path: str, host: str, **headers: str) -> httpx.Response:
            return client.get(
                f"https://127.0.0.1:{lab.https.port}{path}",
                headers={"Host": host, **headers},
                extensions={"sni_hostname": host},
            )

        asked = ask(f"/{ORGANISATION}/{PRIVATE}/info/refs?service=git-upload-pack", "github.com")
        nothing = ask(f"/{ORGANISATION}/nothing/info/refs?service=git-upload-pack", "github.com")
        dumb = ask(f"/{ORGANISATION}/{REPOSITORY}/info/refs", "github.com")
        rest = ask("/meta", "api.github.com")
        page = ask("/meta", "github.com")

    assert [each.status_code for each in (asked, nothing)] == [401, 401]
    assert asked.headers["WWW-Authenticate"] == 'Basic realm="GitHub"'
    assert dumb.status_code == 403
    assert rest.json()["ssh_keys"]
    assert page.status_code == 404


def test_a_push_with_an_installations_token_is_the_apps_and_fires_webhooks(
    lab: Lab,
    git: Https,
    url: Callable[[str], str],
    tmp_path: Path,
    private: str,
    app_key: RSAPrivateKey,
    receiver: Receiver,
) -> None:
    with lab.client() as client:
        hook = {"config": {"url": RECEIVER, "content_type": "json"}}
        client.post(f"{private}/hooks", json=hook).raise_for_status()
        client.headers["Authorization"] = f"Bearer {json_web_token(app_key)}"
        answer = client.post(f"/app/installations/{INSTALLATION}/access_tokens").json()
    token, clone = str(answer["token"]), tmp_path / "clone"
    assert git(token, "clone", "-q", url(PRIVATE), str(clone)).returncode == 0
    sha = committed(git, clone)
    done = git(token, "-C", str(clone), "push", "-q", "origin", "HEAD:main", "HEAD:new")
    assert done.returncode == 0, done.stderr
    lab.settle()

    events = [json.loads(item.body) for item in receiver.received]
    pushes = {event["ref"]: event for event in events if "ref" in event}
    assert {ref: event["after"] for ref, event in pushes.items()} == {
        "refs/heads/main": sha,
        "refs/heads/new": sha,
    }
    assert pushes["refs/heads/main"]["pusher"]["name"] == "fluxhook-lab[bot]"


def test_a_token_that_may_only_read_cannot_push(
    lab: Lab, git: Https, url: Callable[[str], str], tmp_path: Path
) -> None:
    lab.push()
    clone = tmp_path / "clone"
    assert git(None, "clone", "-q", url(REPOSITORY), str(clone)).returncode == 0
    committed(git, clone)
    said = git(lab.tokens[Rights.READ_ONLY], "-C", str(clone), "push", "origin", "HEAD:main").stderr
    nobody = git(None, "-C", str(clone), "push", "origin", "HEAD:main").stderr

    assert "denied to developer-friendly-bot" in said and "403" in said
    assert "could not read Username" in nobody


def test_a_push_too_large_for_one_buffer_arrives(
    lab: Lab, git: Https, url: Callable[[str], str], tmp_path: Path
) -> None:
    lab.push()
    token, clone = lab.tokens[Rights.ORGANISATION], tmp_path / "clone"
    assert git(token, "clone", "-q", url(REPOSITORY), str(clone)).returncode == 0
    # Git sends what is over http.postBuffer, one MiB, in chunks.
    (clone / "large.bin").write_bytes(os.urandom(3 << 20))
    sha = committed(git, clone)
    done = git(token, "-C", str(clone), "push", "-q", "origin", "HEAD:main")
    assert done.returncode == 0, done.stderr
    assert sha in git(None, "ls-remote", url(REPOSITORY), "main").stdout


def committed(git: Https, clone: Path) -> str:
    (clone / "b.txt").write_text("b")
    for arguments in (("add", "."), ("commit", "-q", "-m", "add b")):
        assert git(None, "-C", str(clone), *arguments).returncode == 0
    return git(None, "-C", str(clone), "rev-parse", "HEAD").stdout.strip()
