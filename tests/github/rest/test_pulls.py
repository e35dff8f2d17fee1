"""Pull requests and the comments on them."""

import httpx
import pytest

from lab.github.model.config import Rights
from tests.github.lab import BOT, ORGANISATION, REPOSITORY, Lab

REPO = f"/repos/{ORGANISATION}/{REPOSITORY}"


@pytest.fixture
def pull(lab: Lab) -> int:
    """The number of a pull request of the branch feature/x, with one commit."""
    lab.push()
    with lab.client() as client:
        order = {"branch": "feature/x", "message": "m", "files": {"a.txt": "1"}}
        client.post(f"/_lab{REPO}/push", json=order).raise_for_status()
        answer = opened(client)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


def opened(client: httpx.Client, **changes: object) -> httpx.Response:
    body = {"title": "A change", "head": "feature/x", "base": "main", **changes}
    return client.post(f"{REPO}/pulls", json=body)


def test_a_pull_request_says_what_it_would_bring(lab: Lab, pull: int) -> None:
    with lab.client(Rights.READ_ONLY) as client:
        found = client.get(f"{REPO}/pulls/{pull}").json()
        head = client.get(f"{REPO}/commits/feature/x").json()["sha"]
        listed = {
            query: [each["number"] for each in client.get(f"{REPO}/pulls?{query}").json()]
            for query in ("", f"head={ORGANISATION}:feature/x", "head=o:other", "state=closed")
        }
        missing = client.get(f"{REPO}/pulls/{pull + 1}")

    assert (found["state"], found["head"]["sha"], found["base"]["ref"]) == ("open", head, "main")
    assert (found["commits"], found["changed_files"], found["comments"]) == (1, 1, 0)
    assert list(listed.values()) == [[pull], [pull], [], []]
    assert missing.status_code == 404


def test_a_pull_request_that_makes_no_sense_is_refused(lab: Lab, pull: int) -> None:
    with lab.client() as client:
        answers = [
            opened(client),
            opened(client, head="nothing"),
            opened(client, head="stranger:feature/x"),
            opened(client, base="nothing"),
            opened(client, title=""),
            opened(client, head="main"),
        ]
        errors = [answer.json()["errors"][0] for answer in answers]

    assert [answer.status_code for answer in answers] == [422] * 6
    assert errors[0]["message"].startswith("A pull request already exists for")
    assert [error.get("field") for error in errors[1:5]] == ["head", "head", "base", "title"]
    assert errors[5]["message"] == "No commits between main and main"


def test_a_comment_is_made_edited_and_listed_in_order(lab: Lab, pull: int) -> None:
    comments = f"{REPO}/issues/{pull}/comments"
    with lab.client() as client:
        first = client.post(comments, json={"body": "one"}).json()
        client.post(comments, json={"body": "two"}).raise_for_status()
        edited = client.patch(f"{REPO}/issues/comments/{first['id']}", json={"body": "changed"})
        listed = client.get(comments).json()
        counted = client.get(f"{REPO}/pulls/{pull}").json()["comments"]

    assert edited.status_code == 200
    assert [each["body"] for each in listed] == ["changed", "two"]
    assert first["user"]["login"] == ORGANISATION
    assert first["html_url"].endswith(f"/pull/{pull}#issuecomment-{first['id']}")
    assert counted == 2


def test_what_cannot_be_a_comment_is_refused(lab: Lab, pull: int) -> None:
    comments = f"{REPO}/issues/{pull}/comments"
    with lab.client() as client:
        answers = [
            client.post(comments, json={"body": " "}),
            client.post(comments, json={"body": "x" * 65537}),
            client.post(comments, json={}),
            client.post(f"{REPO}/issues/{pull + 1}/comments", json={"body": "x"}),
            client.get(f"{REPO}/issues/{pull + 1}/comments"),
            client.patch(f"{REPO}/issues/comments/7", json={"body": "x"}),
        ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 404, 404, 404]


def test_either_permission_lets_comment_and_neither_does_not(lab: Lab, pull: int) -> None:
    comments = f"{REPO}/issues/{pull}/comments"
    with lab.client(Rights.READ_ONLY) as reader, lab.client(Rights.BOT) as bot:
        assert reader.get(comments).json() == []
        refused = reader.post(comments, json={"body": "x"})
        unseen = bot.get(comments)

    assert (refused.status_code, unseen.status_code) == (403, 403)
    accepted = refused.headers["X-Accepted-GitHub-Permissions"]
    assert accepted == "issues=write; pull_requests=write"
    assert BOT not in refused.text
