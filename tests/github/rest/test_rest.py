"""What every call of GitHub's REST API has in common, and repositories."""

import pytest

from lab.github.model.config import Rights
from tests.github.lab import BOT, BOT_EMAIL, ORGANISATION, RECEIVER, REPOSITORY, Lab

REPO = f"/repos/{ORGANISATION}/{REPOSITORY}"


def test_meta_needs_no_token_and_everything_else_does(lab: Lab) -> None:
    with lab.client() as client:
        del client.headers["Authorization"]
        assert client.get("/meta").status_code == 200
        assert client.get(REPO).json()["message"] == "Requires authentication"
        client.headers["Authorization"] = "Bearer unknown"
        answer = client.get("/meta")

    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_both_words_for_a_token_are_taken(lab: Lab) -> None:
    with lab.client() as client:
        client.headers["Authorization"] = f"token {lab.tokens[Rights.ORGANISATION]}"
        assert client.get(REPO).status_code == 200


def test_an_answer_known_to_the_client_is_304(lab: Lab) -> None:
    with lab.client() as client:
        first = client.get(REPO)
        same = client.get(REPO, headers={"If-None-Match": first.headers["ETag"]})
        lab.push()
        other = client.get(REPO + "/branches/main", headers={"If-None-Match": 'W/"old"'})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


def test_requests_are_counted_by_token_and_refused_at_the_limit(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lab.client() as client, lab.client(Rights.BOT) as other:
        before = int(client.get(REPO).headers["X-RateLimit-Remaining"])
        after = client.get(REPO).headers
        assert int(after["X-RateLimit-Remaining"]) == before - 1
        assert int(other.get("/user").headers["X-RateLimit-Remaining"]) == before
        monkeypatch.setattr("lab.github.api.access.LIMIT", 2)
        refused = client.get(REPO)

    assert refused.status_code == 403
    assert refused.json()["message"].startswith("API rate limit exceeded")


def test_the_rate_limit_is_told_without_being_counted(lab: Lab) -> None:
    with lab.client() as client:
        client.get(REPO)
        first, second = (client.get("/rate_limit").json()["resources"]["core"] for _ in range(2))
        del client.headers["Authorization"]
        assert client.get("/rate_limit").status_code == 401

    assert first == second
    assert (first["used"], first["remaining"]) == (1, first["limit"] - 1)


def test_branches_are_listed_and_an_empty_repository_has_none(lab: Lab) -> None:
    with lab.client() as client:
        empty = client.get(f"{REPO}/branches")
        shas = {branch: lab.push("one", branch) for branch in ("main", "feature/a")}
        found = client.get(f"{REPO}/branches").json()

    assert (empty.status_code, empty.json()) == (200, [])
    assert {each["name"]: each["commit"]["sha"] for each in found} == shas


def test_addresses_are_shown_to_their_user_alone(lab: Lab) -> None:
    with lab.client(Rights.BOT) as bot, lab.client() as organisation:
        (found,) = bot.get("/user/emails").json()
        assert organisation.get("/user/emails").status_code == 403

    assert (found["email"], found["verified"], found["primary"]) == (BOT_EMAIL, True, True)


def test_lists_come_in_pages_with_links(lab: Lab) -> None:
    with lab.client() as client:
        for number in range(5):
            config = {"url": f"{RECEIVER}{number}"}
            client.post(f"{REPO}/hooks", json={"config": config}).raise_for_status()
        first = client.get(f"{REPO}/hooks?per_page=2")
        pages = [first]
        while "next" in pages[-1].links:
            pages.append(client.get(pages[-1].links["next"]["url"]))

    assert [len(page.json()) for page in pages] == [2, 2, 1]
    assert first.links["last"]["url"].endswith("page=3")
    assert set(pages[-1].links) == {"prev", "first"}
    lab.settle()


def test_a_token_may_do_what_its_rights_say(lab: Lab) -> None:
    expected = {
        (Rights.ORGANISATION, "GET", "/user"): 403,
        (Rights.ORGANISATION, "GET", "/user/gpg_keys"): 403,
        (Rights.ORGANISATION, "POST", "/user/gpg_keys"): 403,
        (Rights.BOT, "GET", "/user"): 200,
        (Rights.BOT, "GET", REPO): 200,
        (Rights.BOT, "GET", f"{REPO}/keys"): 404,
        (Rights.BOT, "POST", f"{REPO}/hooks"): 404,
        (Rights.BOT, "DELETE", REPO): 403,
        (Rights.READ_ONLY, "GET", f"{REPO}/keys"): 200,
        (Rights.READ_ONLY, "GET", f"{REPO}/hooks"): 200,
        (Rights.READ_ONLY, "POST", f"{REPO}/keys"): 404,
        (Rights.READ_ONLY, "POST", f"{REPO}/hooks"): 404,
        (Rights.READ_ONLY, "DELETE", REPO): 403,
        (Rights.READ_ONLY, "POST", f"/orgs/{ORGANISATION}/repos"): 403,
        (Rights.READ_ONLY, "GET", "/user/gpg_keys"): 403,
    }
    answers = {}
    for rights in Rights:
        with lab.client(rights) as client:
            for who, method, path in expected:
                if who is rights:
                    body: dict[str, str] | None = {} if method == "POST" else None
                    answers[who, method, path] = client.request(method, path, json=body)

    assert {call: answer.status_code for call, answer in answers.items()} == expected
    for (rights, _, path), answer in answers.items():
        assert ("X-OAuth-Scopes" in answer.headers) == (rights is Rights.BOT)
        assert ("X-Accepted-GitHub-Permissions" in answer.headers) == (path != "/user")


def test_what_does_not_exist_is_not_found(lab: Lab) -> None:
    paths = ["/nothing", "/orgs/" + BOT, f"/repos/{ORGANISATION}/nothing/keys"]
    paths += [f"{REPO}/keys/1", f"{REPO}/hooks/1", f"{REPO}/hooks/1/deliveries"]
    with lab.client() as client:
        assert {client.get(path).json()["message"] for path in paths} == {"Not Found"}
        assert client.put(REPO).status_code == 404


def test_a_repository_name_is_taken_once_and_free_after_deletion(lab: Lab) -> None:
    with lab.client() as client:
        again = client.post(f"/orgs/{ORGANISATION}/repos", json={"name": REPOSITORY.upper()})
        bad = client.post(f"/orgs/{ORGANISATION}/repos", json={"name": "a/b"})
        assert client.delete(REPO).status_code == 204
        assert client.get(REPO).status_code == 404
        new = client.post(f"/orgs/{ORGANISATION}/repos", json={"name": REPOSITORY})

    assert again.json()["errors"][0]["message"] == "name already exists on this account"
    assert bad.status_code == 422
    assert new.status_code == 201


def test_commits_are_read_from_git(lab: Lab) -> None:
    with lab.client() as client:
        empty = client.get(f"{REPO}/commits/main")
        first = lab.push("one")
        second = lab.push("two\n\nwith a body")
        found = client.get(f"{REPO}/commits/{second}").json()
        by_ref = client.get(f"{REPO}/commits/heads/main").json()
        unknown = client.get(f"{REPO}/commits/{'0' * 40}")
        branch = client.get(f"{REPO}/branches/nothing")

    assert (empty.status_code, empty.json()["message"]) == (409, "Git Repository is empty.")
    assert found["commit"]["message"] == "two\n\nwith a body"
    assert [parent["sha"] for parent in found["parents"]] == [first]
    assert by_ref["sha"] == second
    assert unknown.status_code == 422
    assert (branch.status_code, branch.json()["message"]) == (404, "Branch not found")


def test_a_foreign_host_name_reaches_nothing(lab: Lab) -> None:
    with lab.client() as client:
        assert client.get("/_lab/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_the_log_has_a_line_per_request_and_no_secret(
    lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    with lab.client() as client:
        config = {"url": RECEIVER, "secret": "s" * 32}
        client.post(f"{REPO}/hooks?x=1", json={"config": config})
        client.get("/odd%0Apath")
    lab.settle()

    said = capfd.readouterr().out
    assert said.splitlines() == [f"POST {REPO}/hooks 201", "GET /odd%0Apath 404"]


def test_a_fine_grained_token_is_told_which_permission_it_lacks(lab: Lab) -> None:
    calls = {
        ("POST", f"{REPO}/keys"): "administration=write",
        ("GET", f"{REPO}/hooks"): "repository_hooks=read",
        ("POST", "/user/gpg_keys"): "gpg_keys=write",
    }
    with lab.fine_grained(BOT) as without:
        answers = {call: without.request(*call, json={}) for call in calls}
    for call, answer in answers.items():
        assert answer.status_code == 403
        assert answer.json()["message"] == "Resource not accessible by personal access token"
        assert answer.headers["X-Accepted-GitHub-Permissions"] == calls[call]
    # With it, the call comes as far as its empty body.
    for (method, path), needed in calls.items():
        with lab.fine_grained(BOT, **dict([needed.split("=")])) as client:
            assert client.request(method, path, json={}).status_code in (200, 422)


def test_only_the_organisations_token_makes_others(lab: Lab) -> None:
    order = {"login": BOT, "permissions": {"gpg_keys": "write"}}
    with lab.client(Rights.BOT) as bot, lab.client() as client:
        assert bot.post("/_lab/tokens", json=order).status_code == 403
        for wrong in ({"login": "nobody"}, {"permissions": {"gpg_keys": "admin"}}):
            assert client.post("/_lab/tokens", json=order | wrong).status_code == 422
        del client.headers["Authorization"]
        assert client.post("/_lab/tokens", json=order).status_code == 401
