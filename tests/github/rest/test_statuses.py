"""Commit statuses."""

import pytest

from lab.github.model.config import Rights
from lab.github.rest import statuses
from tests.github.lab import ORGANISATION, REPOSITORY, Lab

REPO = f"/repos/{ORGANISATION}/{REPOSITORY}"


def said(lab: Lab, sha: str, state: str, context: str = "flux", **more: str) -> None:
    body = {"state": state, "context": context, **more}
    with lab.client(Rights.STATUSES) as client:
        client.post(f"{REPO}/statuses/{sha}", json=body).raise_for_status()


def test_the_newest_of_each_context_makes_the_combined_state(lab: Lab) -> None:
    sha = lab.push()
    seen = []
    with lab.client(Rights.STATUSES) as client:
        seen.append(client.get(f"{REPO}/commits/main/status").json()["state"])
        for state, context in (
            ("success", "one"), ("pending", "two"), ("error", "one"), ("success", "one"),
            ("failure", "two"), ("success", "two"),
        ):  # fmt: skip
            said(lab, sha, state, context)
            seen.append(client.get(f"{REPO}/commits/{sha}/status").json()["state"])
        combined = client.get(f"{REPO}/commits/{sha}/status").json()

    assert seen == [
        "pending", "success", "pending", "failure", "pending", "failure", "success",
    ]  # fmt: skip
    assert (combined["sha"], combined["total_count"]) == (sha, 2)
    assert {item["context"]: item["state"] for item in combined["statuses"]} == {
        "one": "success",
        "two": "success",
    }


def test_the_list_has_all_of_them_the_newest_first_and_in_pages(lab: Lab) -> None:
    sha = lab.push()
    for number in range(3):
        said(lab, sha, "pending", description=f"step {number}", target_url="https://example.com")
    with lab.client(Rights.STATUSES) as client:
        first = client.get(f"{REPO}/commits/main/statuses", params={"per_page": 2})
        rest = client.get(first.links["next"]["url"])

    assert [item["description"] for item in first.json() + rest.json()] == [
        "step 2",
        "step 1",
        "step 0",
    ]
    assert first.json()[0]["creator"]["login"] == "developer-friendly-bot"


def test_a_status_of_a_branch_with_a_slash_is_found(lab: Lab) -> None:
    lab.push()
    with lab.client() as client:
        order = {"branch": "feature/x", "message": "m", "files": {"a": "1"}}
        sha = client.post(f"/_lab{REPO}/push", json=order).json()["sha"]
        said(lab, sha, "failure")
        assert client.get(f"{REPO}/commits/feature/x/status").json()["state"] == "failure"
        assert client.get(f"{REPO}/commits/feature/x").json()["sha"] == sha


def test_only_a_whole_id_of_a_commit_that_is_there_takes_a_status(lab: Lab) -> None:
    sha = lab.push()
    with lab.client() as client:
        answers = [
            client.post(f"{REPO}/statuses/{name}", json={"state": "success"})
            for name in ("0" * 40, sha[:12], "main")
        ]
        unknown = client.get(f"{REPO}/commits/nothing/statuses")

    for answer in (*answers, unknown):
        assert answer.status_code == 422
        assert answer.json()["message"].startswith("No commit found for SHA: ")


def test_what_github_would_not_show_is_refused(lab: Lab) -> None:
    sha = lab.push()
    bodies = [
        {"state": "success", "description": "x" * 141},
        {"state": "success", "target_url": "ftp://example.com"},
        {"state": "done"},
        {},
    ]
    with lab.client() as client:
        answers = [client.post(f"{REPO}/statuses/{sha}", json=body) for body in bodies]
        longest = client.post(
            f"{REPO}/statuses/{sha}", json={"state": "success", "description": "x" * 140}
        )

    assert [answer.status_code for answer in answers] == [422] * 4
    assert [answer.json()["errors"][0]["field"] for answer in answers[:2]] == [
        "description",
        "target_url",
    ]
    assert (longest.status_code, longest.json()["context"]) == (201, "default")


def test_a_context_of_a_commit_is_full_at_some_point(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "MOST", 2)
    sha = lab.push()
    said(lab, sha, "success")
    said(lab, sha, "success")
    with lab.client() as client:
        full = client.post(f"{REPO}/statuses/{sha}", json={"state": "success", "context": "flux"})
    said(lab, sha, "success", "another")

    assert full.status_code == 422
    assert "maximum number of statuses" in full.json()["errors"][0]["message"]


def test_the_token_for_statuses_is_for_nothing_else(lab: Lab) -> None:
    sha = lab.push()
    with lab.client(Rights.STATUSES) as client:
        assert client.get(REPO).status_code == 200
        refused = {
            path: client.get(REPO + path).status_code for path in ("/keys", "/hooks", "/contents/")
        }
        pushed = client.post(f"/_lab{REPO}/push", json={"branch": "main"})
    with lab.client(Rights.READ_ONLY) as client:
        unable = client.post(f"{REPO}/statuses/{sha}", json={"state": "success"})

    assert refused == {"/keys": 404, "/hooks": 404, "/contents/": 403}
    assert pushed.status_code == 403
    assert unable.status_code == 403
    assert unable.headers["X-Accepted-GitHub-Permissions"] == "statuses=write"


def test_the_page_shows_what_became_of_the_newest_commit(lab: Lab) -> None:
    with lab.client() as client:
        before = client.get("/_lab/").text
        sha = lab.push("Deploy <two>\n\nwith a body")
        said(lab, sha, "failure", description="Reconciliation failed")
        after = client.get("/_lab/").text

    assert sha[:12] not in before
    assert sha[:12] in after and "Deploy &lt;two&gt;" in after and "with a body" not in after
    assert "flux: Reconciliation failed" in after
