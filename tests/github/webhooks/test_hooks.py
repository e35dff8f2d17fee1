"""Webhooks: what GitHub refuses, what it shows, and what it keeps to itself."""

import pytest

from lab.github.webhooks.rules import MASK
from tests.github.lab import HOST, ORGANISATION, RECEIVER, REPOSITORY, Lab

HOOKS = f"/repos/{ORGANISATION}/{REPOSITORY}/hooks"
SECRET = "s" * 32


def order(url: str = RECEIVER, events: tuple[str, ...] = ("push",), **config: object) -> object:
    return {"config": {"url": url, "content_type": "json"} | config, "events": list(events)}


def test_a_secret_reads_back_as_stars_everywhere(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json=order(secret=SECRET)).json()
        lab.settle()
        at = f"{HOOKS}/{made['id']}"
        (delivery,) = client.get(f"{at}/deliveries").json()
        paths = [HOOKS, at, f"{at}/deliveries/{delivery['id']}", "/_lab/"]
        texts = [client.get(path).text for path in paths]

    assert made["config"]["secret"] == MASK
    assert not any(SECRET in text for text in texts)
    assert all(MASK in text for text in texts)


def test_a_hook_without_a_secret_shows_none(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json=order(secret="")).json()

    assert "secret" not in made["config"]
    lab.settle()


def test_the_same_url_and_event_is_refused_twice(lab: Lab) -> None:
    with lab.client() as client:
        client.post(HOOKS, json=order(events=("push", "release"))).raise_for_status()
        same = client.post(HOOKS, json=order(secret=SECRET))
        other = client.post(HOOKS, json=order(events=("issues",)))
        changed = client.patch(f"{HOOKS}/{other.json()['id']}", json={"events": ["release"]})

    for refused in (same, changed):
        assert refused.status_code == 422
        assert refused.json()["errors"] == [
            {
                "resource": "Hook",
                "code": "custom",
                "message": "Hook already exists on this repository",
            }
        ]
    assert other.status_code == 201
    lab.settle()


def test_an_event_takes_twenty_hooks(lab: Lab) -> None:
    with lab.client() as client:
        for number in range(20):
            client.post(HOOKS, json=order(f"{RECEIVER}{number}")).raise_for_status()
        refused = client.post(HOOKS, json=order(f"{RECEIVER}20"))
        other = client.post(HOOKS, json=order(f"{RECEIVER}20", ("release",)))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"] == (
        'The "push" event cannot have more than 20 hooks'
    )
    assert other.status_code == 201
    lab.settle()


def test_events_of_apps_are_not_allowed(lab: Lab) -> None:
    with lab.client() as client:
        refused = client.post(HOOKS, json=order(events=("push", "workflow_dispatch", "nonsense")))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"] == (
        "These events are not allowed for this hook: workflow_dispatch, nonsense"
    )


def test_urls_that_github_cannot_reach_or_read_are_refused(lab: Lab) -> None:
    loopback = [
        "http://localhost/x",
        "https://127.0.0.1:8443/x",
        "http://[::1]/",
        "http://a.localhost",
    ]
    broken = [
        "ftp://example.com",
        "example.com/hook",
        "https://",
        "https://exa mple.com",
        "https://x:y",
    ]
    with lab.client() as client:
        near = [client.post(HOOKS, json=order(url)).json()["errors"][0] for url in loopback]
        bad = [client.post(HOOKS, json=order(url)).json()["errors"][0] for url in broken]
        none = client.post(HOOKS, json={"config": {"content_type": "json"}})
        nothing = client.post(HOOKS, json={})
        assert client.get(HOOKS).json() == []

    assert all("isn't reachable over the public Internet" in item["message"] for item in near)
    assert all("is not valid" in item["message"] for item in bad)
    for answer in (none, nothing):
        assert answer.status_code == 422
        assert "must contain URL" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("field", ["name", "content_type", "insecure_ssl"])
def test_other_values_are_invalid(lab: Lab, field: str) -> None:
    asked = {"config": {"url": RECEIVER}} | ({"name": "irc"} if field == "name" else {})
    if field != "name":
        asked = {"config": {"url": RECEIVER, field: "nonsense"}}
    with lab.client() as client:
        answer = client.post(HOOKS, json=asked)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"resource": "Hook", "field": field, "code": "invalid"}]


def test_a_new_hook_has_githubs_defaults(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json={"config": {"url": RECEIVER}}).json()

    assert made["name"] == "web" and made["active"] and made["events"] == ["push"]
    assert made["config"] == {"url": RECEIVER, "content_type": "form", "insecure_ssl": "0"}
    assert made["last_response"] == {"code": None, "status": "unused", "message": None}
    lab.settle()


def test_a_changed_config_replaces_all_of_it_and_its_own_call_does_not(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json=order(secret=SECRET)).json()
        at = f"{HOOKS}/{made['id']}"
        kept = client.patch(f"{at}/config", json={"insecure_ssl": 1}).json()
        lost = client.patch(at, json={"config": {"url": f"https://{HOST}/hook/b"}}).json()

    assert kept["secret"] == MASK and kept["insecure_ssl"] == "1"
    assert kept["content_type"] == "json" and kept["url"] == RECEIVER
    assert lost["config"] == {
        "url": f"https://{HOST}/hook/b",
        "content_type": "form",
        "insecure_ssl": "0",
    }
    lab.settle()


def test_events_are_added_and_removed(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json=order()).json()
        at = f"{HOOKS}/{made['id']}"
        more = client.patch(at, json={"add_events": ["release", "push"]}).json()
        less = client.patch(at, json={"remove_events": ["push"]}).json()

    assert more["events"] == ["push", "release"]
    assert less["events"] == ["release"]
    lab.settle()


def test_a_refused_change_changes_nothing(lab: Lab) -> None:
    with lab.client() as client:
        made = client.post(HOOKS, json=order()).json()
        at = f"{HOOKS}/{made['id']}"
        lab.settle()
        before = client.get(at).json()
        assert client.patch(at, json={"events": ["nonsense"], "active": False}).status_code == 422
        assert client.get(at).json() == before
