"""Files written by GitHub's REST API, each change a commit."""

import base64
import json

import httpx

from lab.github.model.config import Rights
from tests.github.lab import ORGANISATION, RECEIVER, REPOSITORY, Lab
from tests.github.webhooks.receiver import Receiver

REPO = f"/repos/{ORGANISATION}/{REPOSITORY}"
CONTENTS = f"{REPO}/contents"


def put(client: httpx.Client, path: str, text: str, **more: object) -> httpx.Response:
    content = base64.b64encode(text.encode()).decode()
    return client.put(f"{CONTENTS}/{path}", json={"message": "m", "content": content, **more})


def delete(client: httpx.Client, path: str, sha: str, **more: object) -> httpx.Response:
    body = {"message": "m", "sha": sha, **more}
    return client.request("DELETE", f"{CONTENTS}/{path}", json=body)


def test_the_first_file_is_the_first_commit(lab: Lab, receiver: Receiver) -> None:
    with lab.client() as client:
        hook = {"config": {"url": RECEIVER, "content_type": "json"}}
        client.post(f"{REPO}/hooks", json=hook).raise_for_status()
        made = put(client, "a/b.txt", "naïve\n")
        commit = client.get(f"{REPO}/commits/main").json()
        read = client.get(f"{CONTENTS}/a/b.txt").json()
    lab.settle()

    assert made.status_code == 201
    assert made.json()["commit"]["sha"] == commit["sha"]
    assert made.json()["content"]["sha"] == read["sha"]
    assert base64.b64decode(read["content"]).decode() == "naïve\n"
    assert [(each["filename"], each["status"]) for each in commit["files"]] == [
        ("a/b.txt", "added")
    ]
    assert json.loads(receiver.received[-1].body)["after"] == commit["sha"]


def test_a_file_is_replaced_by_who_names_what_is_there(lab: Lab) -> None:
    with lab.client() as client:
        first = put(client, "a.txt", "1\n2\n").json()["content"]["sha"]
        blind = put(client, "a.txt", "x")
        wrong = put(client, "a.txt", "x", sha="0" * 40)
        second = put(client, "a.txt", "1\n3\n4\n", sha=first)
        stale = put(client, "a.txt", "x", sha=first)
        nowhere = put(client, "b.txt", "x", sha=first)
        (file,) = client.get(f"{REPO}/commits/main").json()["files"]

    assert (blind.status_code, '"sha" wasn\'t supplied' in blind.json()["message"]) == (422, True)
    for conflict, path, sha in (
        (wrong, "a.txt", "0" * 40), (stale, "a.txt", first), (nowhere, "b.txt", first),
    ):  # fmt: skip
        assert conflict.status_code == 409
        assert conflict.json()["message"] == f"{path} does not match {sha}"
    assert second.status_code == 200
    assert (file["status"], file["additions"], file["deletions"]) == ("modified", 2, 1)


def test_a_file_is_deleted_by_who_names_what_is_there(lab: Lab) -> None:
    with lab.client() as client:
        sha = put(client, "a.txt", "1").json()["content"]["sha"]
        put(client, "b.txt", "1")
        refused = delete(client, "a.txt", "0" * 40)
        unnamed = client.request("DELETE", f"{CONTENTS}/a.txt", json={"message": "m"})
        done = delete(client, "a.txt", sha)
        again = delete(client, "a.txt", sha)
        files = client.get(f"{REPO}/commits/main").json()["files"]

    assert [each.status_code for each in (refused, unnamed, done, again)] == [409, 422, 200, 404]
    assert done.json()["content"] is None
    assert [(each["filename"], each["status"]) for each in files] == [("a.txt", "removed")]


def test_author_and_committer_are_whom_the_body_names(lab: Lab) -> None:
    person = {"name": "Dev", "email": "dev@example.com"}
    other = {"name": "Ops", "email": "ops@example.com"}
    with lab.client() as client:
        bodies: list[dict[str, object]] = [
            {},
            {"author": person},
            {"committer": person},
            {"author": person, "committer": other},
        ]
        made = [
            put(client, f"{number}.txt", "1", **body).json()["commit"]
            for number, body in enumerate(bodies)
        ]

    assert [(each["author"]["name"], each["committer"]["name"]) for each in made] == [
        (ORGANISATION, ORGANISATION),
        ("Dev", "Dev"),
        ("Dev", "Dev"),
        ("Dev", "Ops"),
    ]


def test_what_cannot_be_a_file_is_refused(lab: Lab) -> None:
    with lab.client() as client:
        put(client, "a/b.txt", "1")
        malformed = [put(client, path, "x") for path in ("a", "a/b.txt/c", ".git/config")]
        content = client.put(f"{CONTENTS}/c.txt", json={"message": "m", "content": "no base64!"})
        branch = put(client, "c.txt", "1", branch="nowhere")
        silent = client.put(f"{CONTENTS}/c.txt", json={"content": ""})

    for answer in malformed:
        assert (answer.status_code, answer.json()["message"]) == (
            422,
            "path contains a malformed path component",
        )
    assert content.json()["message"] == "content is not valid Base64"
    assert (branch.status_code, branch.json()["message"]) == (404, "Branch nowhere not found")
    assert silent.status_code == 422


def test_a_branch_takes_files_of_its_own(lab: Lab) -> None:
    start = lab.push()
    sha = lab.push(branch="feature/x")
    with lab.client() as client:
        made = put(client, "new.txt", "1", branch="feature/x").json()["commit"]["sha"]
        listed = client.get(f"{REPO}/commits", params={"sha": "feature/x"}).json()
        of_path = client.get(f"{REPO}/commits", params={"sha": "feature/x", "path": "new.txt"})
        main = client.get(f"{REPO}/commits/main").json()

    assert [each["sha"] for each in listed] == [made, sha, start]
    assert [each["sha"] for each in of_path.json()] == [made]
    assert main["sha"] == start


def test_an_empty_repository_has_no_commits_to_list(lab: Lab) -> None:
    with lab.client() as client:
        answer = client.get(f"{REPO}/commits")

    assert (answer.status_code, answer.json()["message"]) == (409, "Git Repository is empty.")


def test_who_may_only_read_writes_no_file(lab: Lab) -> None:
    for rights in (Rights.READ_ONLY, Rights.BOT, Rights.STATUSES):
        with lab.client(rights) as client:
            assert put(client, "a.txt", "1").status_code == 403


def test_a_workflow_takes_a_permission_of_its_own(lab: Lab) -> None:
    workflow = ".github/workflows/ci.yml"
    with lab.fine_grained(contents="write") as client:
        assert put(client, "ci.yml", "1").status_code == 201
        assert put(client, workflow, "1").status_code == 403
    with lab.fine_grained(contents="write", workflows="write") as client:
        assert put(client, workflow, "1").status_code == 201
