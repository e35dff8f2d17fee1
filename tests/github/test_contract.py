"""Every endpoint through githubkit, which reads each answer by GitHub's own description."""

import base64

import asyncssh
import pysequoia
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from githubkit.exception import RequestFailed

from lab.github.api.call import ENDPOINTS
from lab.github.model.config import Rights
from lab.github.model.contract import ContractError, check_answer, check_event
from lab.github.model.operation import Operation
from tests.github.app import APP_ID, INSTALLATION, as_app
from tests.github.lab import (
    BOT,
    BOT_EMAIL,
    ORGANISATION,
    RECEIVER,
    REPOSITORY,
    Lab,
)

WHERE = (ORGANISATION, REPOSITORY)


@pytest.fixture
def armoured_key() -> str:
    """A public key that names the bot's verified address and another one."""
    key = pysequoia.Tsk.generate(f"Bot <{BOT_EMAIL}>", profile=pysequoia.Profile.RFC4880)
    return str(key.extract_certificate())


def test_githubkit_reads_every_answer_of_every_operation(
    lab: Lab, armoured_key: str, app_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: set[str] = set()

    def checked(operation: Operation, status: int, raw: bytes) -> None:
        called.add(operation.name)
        check_answer(operation, status, raw)

    monkeypatch.setattr("lab.github.serving.app.check_answer", checked)
    organisation, bot = lab.github(), lab.github(Rights.BOT)
    rest, bot_rest = organisation.rest("2026-03-10"), bot.rest("2026-03-10")
    sha = lab.push("the first")

    assert len(rest.meta.get().parsed_data.ssh_keys or []) == 1
    assert bot_rest.users.get_authenticated().parsed_data.login == BOT
    assert rest.orgs.get(ORGANISATION).parsed_data.public_repos == 1
    made = rest.repos.create_in_org(ORGANISATION, name="second", auto_init=True).parsed_data
    assert made.full_name == f"{ORGANISATION}/second"
    assert rest.repos.get(ORGANISATION, "second").parsed_data.default_branch == "main"
    assert rest.repos.delete(ORGANISATION, "second").status_code == 204
    assert rest.repos.get_commit(*WHERE, "main").parsed_data.sha == sha
    assert rest.repos.get_branch(*WHERE, "main").parsed_data.commit.sha == sha
    readme = rest.repos.get_content(*WHERE, "README.md").json()
    assert base64.b64decode(readme["content"]) == b"the first"  # type: ignore[call-overload,typeddict-item]

    assert [item.name for item in rest.repos.list_branches(*WHERE).parsed_data] == ["main"]
    assert rest.rate_limit.get().parsed_data.resources.core.remaining > 0
    assert bot_rest.users.list_emails_for_authenticated_user().parsed_data[0].verified

    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    key = rest.repos.create_deploy_key(*WHERE, title="flux", key=public, read_only=True)
    assert key.status_code == 201 and key.parsed_data.read_only
    number = key.parsed_data.id
    assert [item.id for item in rest.repos.list_deploy_keys(*WHERE).parsed_data] == [number]
    assert rest.repos.get_deploy_key(*WHERE, number).parsed_data.title == "flux"
    assert rest.repos.delete_deploy_key(*WHERE, number).status_code == 204

    hook = rest.repos.create_webhook(
        *WHERE,
        config={"url": RECEIVER, "content_type": "json", "secret": "s" * 32},
        events=["push"],
    ).parsed_data
    at = (*WHERE, hook.id)
    assert [item.id for item in rest.repos.list_webhooks(*WHERE).parsed_data] == [hook.id]
    assert rest.repos.get_webhook(*at).parsed_data.active
    assert not rest.repos.update_webhook(*at, active=False).parsed_data.active
    changed = rest.repos.update_webhook_config_for_repo(*at, content_type="form").parsed_data
    assert changed.content_type == "form"
    assert rest.repos.ping_webhook(*at).status_code == 204
    lab.settle()
    deliveries = rest.repos.list_webhook_deliveries(*at).parsed_data
    assert [item.event for item in deliveries] == ["ping", "ping"]
    one = rest.repos.get_webhook_delivery(*at, deliveries[0].id).parsed_data
    assert one.request.headers is not None and one.response.headers is not None
    again = rest.repos.redeliver_webhook_delivery(*at, one.id)
    assert again.status_code == 202
    lab.settle()
    assert rest.repos.delete_webhook(*at).status_code == 204

    added = bot_rest.users.create_gpg_key_for_authenticated_user(
        armored_public_key=armoured_key, name="bot"
    ).parsed_data
    gpg = bot_rest.users
    assert [item.id for item in gpg.list_gpg_keys_for_authenticated_user().parsed_data] == [
        added.id
    ]
    assert gpg.get_gpg_key_for_authenticated_user(added.id).parsed_data.key_id == added.key_id
    assert gpg.delete_gpg_key_for_authenticated_user(added.id).status_code == 204

    status = rest.repos.create_commit_status(*WHERE, sha, state="success", context="flux")
    assert status.parsed_data.creator
    assert len(rest.repos.list_commit_statuses_for_ref(*WHERE, "main").parsed_data) == 1
    assert rest.repos.get_combined_status_for_ref(*WHERE, sha).parsed_data.state == "success"

    lab.push("on a branch", branch="new")
    file = rest.repos.create_or_update_file_contents(
        *WHERE, "a/b.txt", message="m", content="YQ==", branch="new"
    ).parsed_data
    assert file.content and file.content.sha
    blob = str(file.content.sha)
    assert len(rest.repos.list_commits(*WHERE, sha="new").parsed_data) == 3
    gone = rest.repos.delete_file(*WHERE, "a/b.txt", message="m", sha=blob, branch="new")
    assert gone.parsed_data.content is None

    signing = bot_rest.users.create_ssh_signing_key_for_authenticated_user(
        key=public, title="bot"
    ).parsed_data
    users = bot_rest.users
    listed = users.list_ssh_signing_keys_for_authenticated_user().parsed_data
    assert [item.id for item in listed] == [signing.id]
    one_key = users.get_ssh_signing_key_for_authenticated_user(signing.id).parsed_data
    assert one_key.title == "bot"
    done = users.delete_ssh_signing_key_for_authenticated_user(signing.id)
    assert done.status_code == 204

    pull = rest.pulls.create(*WHERE, title="A change", head="new", base="main").parsed_data
    assert pull.commits == 3
    assert rest.pulls.get(*WHERE, pull.number).parsed_data.head.ref == "new"
    assert [item.number for item in rest.pulls.list(*WHERE).parsed_data] == [pull.number]
    comment = rest.issues.create_comment(*WHERE, pull.number, body="one").parsed_data
    edited = rest.issues.update_comment(*WHERE, comment.id, body="two").parsed_data
    comments = rest.issues.list_comments(*WHERE, pull.number)
    assert comments.parsed_data and '"two"' in comments.text
    assert edited.body == "two"

    holder = as_app(lab.config.api_url, app_key)
    app = holder.rest("2026-03-10").apps
    itself = app.get_authenticated().parsed_data
    assert itself and itself.id == APP_ID
    granted = app.create_installation_access_token(INSTALLATION, repositories=[REPOSITORY])
    assert granted.parsed_data.token.startswith("ghs_")

    assert called == {operation.name for operation, _ in ENDPOINTS}


def test_githubkit_reads_the_errors_too(lab: Lab) -> None:
    github = lab.github()
    rest = github.rest("2026-03-10")

    with pytest.raises(RequestFailed) as missing:
        rest.repos.get(ORGANISATION, "nothing")
    with pytest.raises(RequestFailed) as refused:
        rest.repos.create_deploy_key(*WHERE, key="no key")

    assert missing.value.response.parsed_data.message == "Not Found"
    assert refused.value.response.parsed_data.errors[0].resource == "PublicKey"


def test_a_body_that_does_not_fit_the_description_is_422(lab: Lab) -> None:
    bodies: list[dict[str, object]] = [{}, {"key": 7}, {"key": "x", "read_only": "yes"}]
    said = ['"key" wasn\'t supplied.', "properties/key", "properties/read_only"]
    with lab.client() as client:
        answers = [
            client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/keys", json=body) for body in bodies
        ]

    for answer, words in zip(answers, said, strict=True):
        assert answer.status_code == 422
        assert answer.json()["message"].startswith("Invalid request.")
        assert words in answer.json()["message"]


def test_a_body_that_is_no_json_is_400(lab: Lab) -> None:
    with lab.client() as client:
        answers = [
            client.post(f"/repos/{ORGANISATION}/{REPOSITORY}/hooks", content=body)
            for body in ("{", "[]")
        ]

    assert [(answer.status_code, answer.json()["message"]) for answer in answers] == [
        (400, "Problems parsing JSON"),
        (400, "Body should be a JSON object"),
    ]


def test_an_answer_that_does_not_fit_the_description_is_found() -> None:
    operation = next(item for item, _ in ENDPOINTS if item.name == "repos/get-deploy-key")

    with pytest.raises(ContractError, match="read_only: missing"):
        check_answer(operation, 200, b'{"id": 1, "key": "k", "url": "u", "title": "t"}')
    with pytest.raises(ContractError, match="status 418 is not described"):
        check_answer(operation, 418, b"{}")
    with pytest.raises(ContractError, match="push: after: missing"):
        check_event("push", {"ref": "refs/heads/main"})


def test_a_broken_answer_is_500_and_logged_without_its_values(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lab.github.rest.accounts.HOOK_SOURCES", "not-a-list-but-secret")

    with lab.client() as client:
        answer = client.get("/meta")

    assert answer.status_code == 500
    assert "meta/get: 200: hooks" in capfd.readouterr().out
    assert "but-secret" not in answer.text
