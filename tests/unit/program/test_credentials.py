"""Credentials: what a Secret holds by either backend, GitHub Apps, the SSH signing key, a KMS key."""

import json

import pulumi
from cryptography.hazmat.primitives import serialization

from components.rules import flux, openssh
from tests.unit.conftest import TOKEN, Engine, is_secret, revealed
from tests.unit.examples import APP, BOT, KMS, app
from tests.unit.program.test_program import spec

IMAGE = {"name": "ghcr.io/o/echo-server", "private": True}
EVERY_SECRET = {
    **APP,
    "bot": BOT,
    "botPassphrase": "words",
    "registryToken": "registry" + "-token",
    "commitStatusToken": "status" + "-token",
    "applications": [
        app(image=IMAGE, commitStatus=True),
        app(repository="shop", credentials="github-app"),
    ],
}


def test_either_backend_makes_the_same_secrets_and_kubernetes_nothing_of_aws(
    engine: Engine,
) -> None:
    engine.up(**EVERY_SECRET)
    templates = {each.name: spec(each)["target"] for each in engine.of("ExternalSecret")}
    direct = Engine()
    direct.up(**EVERY_SECRET, secrets={"backend": "kubernetes"})
    assert not direct.of("ExternalSecret")
    assert not direct.of("Parameter")
    made = {each.name: each.inputs for each in direct.of("Secret")}
    assert made.keys() == templates.keys()
    assert len(made) == 7
    for name, inputs in made.items():
        target: dict[str, dict[str, object]] = templates[name]  # type: ignore[assignment]
        assert is_secret(inputs["data"]) or all(map(is_secret, inputs["data"].values()))
        assert revealed(inputs["data"]).keys() == target["template"]["data"].keys()  # type: ignore[attr-defined]
        assert inputs["type"] == target["template"]["type"]
        metadata: dict[str, object] = revealed(inputs["metadata"])  # type: ignore[assignment]
        assert metadata["labels"] == {**flux.WATCH_LABEL, "fluxhook/generation": "1"}
    names = {
        (revealed(each.inputs["metadata"]))["name"]  # type: ignore[index]
        for each in [*direct.of("Secret"), *engine.of("ExternalSecret")]
    }
    assert len(names) == 14, "both stand side by side while a stack changes its backend"
    (cluster,) = direct.of("kubernetes")
    assert cluster.inputs["enableSecretMutable"] == "true"


def test_what_reads_a_secret_comes_by_its_name_in_either_backend(engine: Engine) -> None:
    engine.up(secrets={"backend": "kubernetes"})
    assert spec(engine.one("GitRepository"))["secretRef"] == {"name": "echo-server-git-secret"}
    assert spec(engine.one("Receiver"))["secretRef"] == {"name": "echo-server-webhook-token-secret"}


def test_a_github_app_takes_the_place_of_the_deploy_key(engine: Engine) -> None:
    engine.up(**APP, applications=[app(credentials="github-app", commitStatus=True)])
    assert not engine.of("RepositoryDeployKey")
    source = spec(engine.one("GitRepository"))
    assert source["url"] == "https://github.com/developer-friendly/echo-server"
    assert source["provider"] == "github"
    provider = spec(engine.one("Provider"))
    assert provider["address"] == "https://github.com/developer-friendly/echo-server"
    (alert,) = engine.of("Alert")
    assert [each["name"] for each in spec(alert)["eventSources"]] == ["echo-server"]  # type: ignore[attr-defined]
    names = {each.inputs["name"] for each in engine.of("Parameter")}
    assert "/github/github-app/12/private-key" in names
    for each in engine.of("ExternalSecret"):
        if "webhook-token" not in each.name:
            target: dict[str, dict[str, object]] = spec(each)["target"]  # type: ignore[assignment]
            assert target["template"]["data"] == {
                "githubAppID": "12",
                "githubAppInstallationID": "34",
                "githubAppPrivateKey": "{{ .key }}",
            }


def test_a_token_for_commit_statuses_comes_before_the_app(engine: Engine) -> None:
    engine.up(**APP, commitStatusToken=TOKEN, applications=[app(commitStatus=True)])
    status = next(e for e in engine.of("ExternalSecret") if "commit-status" in e.name)
    target: dict[str, dict[str, object]] = spec(status)["target"]  # type: ignore[assignment]
    assert target["template"]["data"] == {"token": "{{ .token }}"}


def test_an_ssh_signing_key_has_no_passphrase_and_is_published_not_uploaded(engine: Engine) -> None:
    engine.up(
        bot={**BOT, "signing": "ssh"},
        registryToken=TOKEN,
        applications=[app(image=IMAGE)],
    )
    assert not engine.of("UserGpgKey")
    git: dict[str, dict[str, dict[str, object]]]
    git = spec(engine.one("ImageUpdateAutomation"))["git"]  # type: ignore[assignment]
    assert git["commit"]["signingKey"] == {
        "type": "ssh",
        "secretRef": {"name": "echo-server-sshkey"},
    }
    stored = {e.inputs["name"]: revealed(e.inputs["value"]) for e in engine.of("Parameter")}
    assert "/github/ssh-signing-keys/bot/passphrase" not in stored
    private = str(stored["/github/ssh-signing-keys/bot"])
    key = serialization.load_ssh_private_key(private.encode(), password=None)
    public: list[object] = []

    def ask() -> None:
        signing = engine.exports["signingKey"]
        pulumi.Output.from_input(signing).apply(public.append)

    engine.run(ask)
    (published,) = public
    shown = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    assert published == {"publicKey": shown.decode()}
    assert private != openssh.private_key(bytes(32))


def test_the_customers_key_is_on_every_parameter(engine: Engine) -> None:
    engine.up(kmsKeyId=KMS, parameterTier="Advanced")
    parameters = engine.of("Parameter")
    assert {(e.inputs["keyId"], e.inputs["tier"]) for e in parameters} == {(KMS, "Advanced")}
    policy: list[str] = []

    def ask() -> None:
        pulumi.Output.from_input(engine.exports["secretStorePolicy"]).apply(policy.append)  # type: ignore[arg-type]

    engine.run(ask)
    decrypt = json.loads(policy[0])["Statement"][1]
    assert decrypt == {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [KMS]}
