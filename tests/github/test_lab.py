"""The parts of the double that GitHub does not have: its push and its process."""

import json
import os
import signal
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from lab.github.model.config import Rights, read_config
from tests.github.lab import ORGANISATION, RECEIVER, REPOSITORY, Lab
from tests.github.webhooks.receiver import Receiver
from tests.processes import free_ports

PUSH = f"/_lab/repos/{ORGANISATION}/{REPOSITORY}/push"
COMMITS = f"/repos/{ORGANISATION}/{REPOSITORY}/commits"
HOOKS = f"/repos/{ORGANISATION}/{REPOSITORY}/hooks"


def order(**changes: object) -> dict[str, object]:
    return {"branch": "main", "message": "m", "files": {"a.txt": "1"}} | changes


def test_a_push_needs_the_organisations_token(lab: Lab) -> None:
    for rights, status in ((Rights.BOT, 403), (Rights.READ_ONLY, 403), (None, 401)):
        with lab.client(rights or Rights.BOT) as client:
            if rights is None:
                del client.headers["Authorization"]
            assert client.post(PUSH, json=order()).status_code == status


def test_a_push_to_a_new_branch_starts_from_the_default_branch(lab: Lab) -> None:
    first = lab.push("one")
    with lab.client() as client:
        sha = client.post(PUSH, json=order(branch="feature/x")).json()["sha"]
        found = client.get(f"{COMMITS}/feature/x").json()
        main = client.get(f"{COMMITS}/main").json()

    assert found["sha"] == sha and main["sha"] == first
    assert [parent["sha"] for parent in found["parents"]] == [first]


def test_a_push_changes_deletes_and_names_its_author(lab: Lab, receiver: Receiver) -> None:
    lab.push("one", **{"a.txt": "1", "b/c.txt": "1"})
    with lab.client() as client:
        client.post(HOOKS, json={"config": {"url": RECEIVER, "content_type": "json"}})
        author = {"name": "Dev", "email": "dev@example.com"}
        files = {"a.txt": "2", "b/c.txt": None, "d.txt": "1"}
        client.post(PUSH, json=order(files=files, author=author)).raise_for_status()
        commit = client.get(f"{COMMITS}/main").json()["commit"]
    lab.settle()

    head = json.loads(receiver.received[-1].body)["head_commit"]
    assert (head["added"], head["modified"], head["removed"]) == (["d.txt"], ["a.txt"], ["b/c.txt"])
    assert commit["author"]["name"] == "Dev" and commit["author"]["email"] == "dev@example.com"


def test_a_push_that_makes_no_sense_is_refused(lab: Lab) -> None:
    wrong: list[dict[str, object]] = [
        {"branch": "../x"},
        {"branch": "a..b"},
        {"branch": "x.lock"},
        {"message": ""},
        {"files": {"/etc/passwd": "x"}},
        {"files": {"a/../../b": "x"}},
        {"files": {".git/config": "x"}},
        {"files": {"nothing.txt": None}},
        {"author": {"name": "a\nb", "email": "e"}},
        {"nonsense": 1},
    ]
    with lab.client() as client:
        statuses = [client.post(PUSH, json=order(**changes)).status_code for changes in wrong]
        assert client.get(f"{COMMITS}/main").status_code == 409

    assert statuses == [422] * len(wrong)


def test_concurrent_pushes_lose_no_commit(lab: Lab) -> None:
    with ThreadPoolExecutor(8) as pool:
        shas = set(pool.map(lambda number: lab.push(f"change {number}"), range(24)))

    seen = set()
    with lab.client() as client:
        ref = "main"
        while ref:
            commit = client.get(f"{COMMITS}/{ref}").json()
            seen.add(commit["sha"])
            ref = commit["parents"][0]["sha"] if commit["parents"] else ""
    assert len(shas) == 24 and seen == shas


@pytest.fixture
def config_file(lab: Lab, tmp_path: Path) -> Path:
    """A CONFIG file for a second double, on ports of its own."""
    port, ssh_port = free_ports(2)
    ports = {"port": port, "ssh_port": ssh_port}
    path = tmp_path / "github.json"
    path.touch(0o600)
    path.write_text(
        json.dumps(
            {
                **ports,
                "directory": str(tmp_path / "second"),
                "ca_file": str(lab.config.ca_file),
                "gateway": {"suffix": ".fluxhook.test", "port": 1, "http_port": 1},
                "accounts": [{"login": ORGANISATION, "type": "Organization"}],
                "tokens": [
                    {
                        "token": lab.tokens[Rights.ORGANISATION],
                        "login": ORGANISATION,
                        "rights": "organisation",
                    }
                ],
                "repositories": [f"{ORGANISATION}/{REPOSITORY}"],
            }
        )
    )
    return path


def test_the_process_serves_and_stops_on_sigterm(config_file: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.github", str(config_file)], stdout=subprocess.PIPE, text=True
    )
    port = read_config(config_file).port
    transport = httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport) as client:

            def answers() -> None:
                assert process.poll() is None, "the double ended by itself"
                client.get("/meta").raise_for_status()

            Retrying(
                retry=retry_if_exception_type(httpx.ConnectError),
                wait=wait_fixed(0.05),
                stop=stop_after_delay(60),
                reraise=True,
            )(answers)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert out.splitlines() == ["GET /meta 200"]
    assert process.returncode in (0, -signal.SIGTERM)


def test_a_config_that_others_may_read_is_refused(config_file: Path) -> None:
    os.chmod(config_file, 0o644)

    with pytest.raises(PermissionError, match="readable by its owner only"):
        read_config(config_file)


def test_a_config_never_shows_its_tokens(lab: Lab) -> None:
    assert not any(token in repr(lab.config) for token in lab.tokens.values())
