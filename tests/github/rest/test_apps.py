"""The GitHub App: how it says who it is, and the tokens of its installation."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from lab.github.rest import apps
from tests.github.app import APP_ID, INSTALLATION, json_web_token
from tests.github.lab import ORGANISATION, REPOSITORY, Lab

TOKENS = f"/app/installations/{INSTALLATION}/access_tokens"
REPO = f"/repos/{ORGANISATION}/{REPOSITORY}"


def bearer(lab: Lab, token: str) -> httpx.Client:
    client = lab.client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def granted(lab: Lab, key: RSAPrivateKey, **body: object) -> dict[str, object]:
    with bearer(lab, json_web_token(key)) as app:
        answer = app.post(TOKENS, json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, object] = answer.json()
    return document


def test_the_app_and_its_client_id_are_issuers(lab: Lab, app_key: RSAPrivateKey) -> None:
    for issuer in (str(APP_ID), APP_ID, "Iv23li290"):
        with bearer(lab, json_web_token(app_key, iss=issuer)) as app:
            assert app.get("/app").json()["id"] == APP_ID


def test_a_token_that_is_not_signed_or_timed_well_is_refused(
    lab: Lab, app_key: RSAPrivateKey
) -> None:
    now = int(time.time())
    other = generate_private_key(public_exponent=65537, key_size=2048)
    tokens = {
        "of another key": (json_web_token(other), 401, "could not be decoded"),
        "no token": ("nonsense", 401, "could not be decoded"),
        "expired": (json_web_token(app_key, exp=now - 1), 401, "'exp'"),
        "no end": (json_web_token(app_key, exp=None), 401, "'exp'"),
        "too long": (json_web_token(app_key, exp=now + 700), 401, "too far in the future"),
        "from the future": (json_web_token(app_key, iat=now + 300), 401, "'iat'"),
        "of nobody": (json_web_token(app_key, iss="7"), 404, "Integration not found"),
    }
    for token, status, words in tokens.values():
        with bearer(lab, token) as app:
            answer = app.get("/app")
        assert (answer.status_code, words in answer.json()["message"]) == (status, True)


def test_a_personal_token_is_no_app_and_an_app_is_no_personal_token(
    lab: Lab, app_key: RSAPrivateKey
) -> None:
    with lab.client() as client, bearer(lab, json_web_token(app_key)) as app:
        assert client.get("/app").status_code == 401
        assert app.get(REPO).status_code == 401


def test_an_unknown_installation_is_not_found(lab: Lab, app_key: RSAPrivateKey) -> None:
    with bearer(lab, json_web_token(app_key)) as app:
        assert app.post("/app/installations/7/access_tokens").status_code == 404


def test_an_installations_token_acts_as_the_apps_bot_for_an_hour(
    lab: Lab, app_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = lab.push()
    answer = granted(lab, app_key)
    ends = datetime.fromisoformat(str(answer["expires_at"]))
    assert timedelta(minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=1)
    assert answer["repository_selection"] == "all"
    with bearer(lab, str(answer["token"])) as client:
        status = client.post(f"{REPO}/statuses/{sha}", json={"state": "success"}).json()
        forbidden = [client.get("/user"), client.post(f"{REPO}/keys", json={"key": "k"})]
    assert (status["creator"]["login"], status["creator"]["type"]) == ("fluxhook-lab[bot]", "Bot")
    assert [each.status_code for each in forbidden] == [403, 403]

    monkeypatch.setattr(apps, "GOOD_FOR", timedelta(0))
    with bearer(lab, str(granted(lab, app_key)["token"])) as client:
        assert client.get(REPO).status_code == 401


def test_a_token_can_be_asked_for_less(lab: Lab, app_key: RSAPrivateKey) -> None:
    sha = lab.push()
    with lab.client() as client:
        client.post(f"/orgs/{ORGANISATION}/repos", json={"name": "other"}).raise_for_status()
    less = granted(lab, app_key, permissions={"contents": "read"}, repositories=["other"])
    assert less["permissions"] == {"metadata": "read", "contents": "read"}
    assert less["repository_selection"] == "selected"
    with bearer(lab, str(less["token"])) as client:
        assert client.get(f"/repos/{ORGANISATION}/other").status_code == 200
        assert client.get(REPO).status_code == 404
    narrow = granted(lab, app_key, permissions={"contents": "read"})
    with bearer(lab, str(narrow["token"])) as client:
        refused = client.post(f"{REPO}/statuses/{sha}", json={"state": "success"})
    assert refused.json()["message"] == "Resource not accessible by integration"


def test_a_token_cannot_be_asked_for_more(lab: Lab, app_key: RSAPrivateKey) -> None:
    bodies: list[dict[str, object]] = [
        {"permissions": {"administration": "read"}},
        {"permissions": {"metadata": "write"}},
        {"repositories": ["nothing"]},
        {"repository_ids": [1]},
    ]
    with bearer(lab, json_web_token(app_key)) as app:
        answers = [app.post(TOKENS, json=body) for body in bodies]
        # go-github's way to have no options.
        none = app.post(TOKENS, content=b"null\n")

    assert [answer.status_code for answer in answers] == [422] * 4
    assert none.status_code == 201
