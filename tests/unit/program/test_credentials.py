"""Credentials: what a Secret holds by either backend, GitHub Apps, the SSH signing key, a KMS key."""

import base64
import json
from collections.abc import Callable, Mapping

import pulumi
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from components import _openssh, _rules, contents
from tests.unit.conftest import TOKEN, Engine, is_secret, revealed
from tests.unit.examples import app
from tests.unit.test_program import spec

PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    .decode()
)
APP = {"githubApp": {"id": 12, "installationId": 34}, "githubAppPrivateKey": PEM}
BOT = {"login": "bot", "name": "Bot", "email": "bot@example.com"}
IMAGE = {"name": "ghcr.io/o/echo-server", "private": True}
KMS = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERY_SECRET = {
    **APP,
    "bot": BOT,
    "botToken": "bot" + "-token",
    "botPassphrase": "words",
    "registryToken": "registry" + "-token",
    "commitStatusToken": "status" + "-token",
    "applications": [
        app(image=IMAGE, commitStatus=True),
        app(repository="shop", credentials="github-app"),
    ],
}
TEXT = st.text(max_size=20)
NAMES = ("identity", "key", "token", "passphrase")


def holdings(public: str, user: str, number: int) -> Mapping[str, contents.Contents]:
    """Every kind of content there is."""
    return {
        "deploy_key": contents.deploy_key(public, "github.com ssh-ed25519 AAAA\n"),
        "github_app": contents.github_app(number, number + 1),
        "docker": contents.docker("ghcr.io/o/r", user),
        "basic_auth": contents.basic_auth(user),
        "webhook_token": contents.WEBHOOK_TOKEN,
        "named": contents.named({"git.asc": "key", "passphrase": "passphrase"}),
    }


def by_external_secrets(template: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """What External Secrets makes of a template that has no more than these two expressions."""
    rendered = {}
    for key, text in template.items():
        for name, value in values.items():
            login, _, rest = text.partition("{{ printf `")
            if rest and f" .{name} | b64enc }}}}" in rest:
                user, _, end = rest.partition(f":%s` .{name} | b64enc }}}}")
                text = login + base64.b64encode(f"{user}:{value}".encode()).decode() + end
            text = text.replace(f"{{{{ .{name} }}}}", value)
        rendered[key] = text
    return rendered


# In a template a value is pasted into JSON as it is: tokens have no quotes. A login has letters, digits and dashes.
@given(
    value=st.from_regex(r"[A-Za-z0-9_=+/-]{1,60}", fullmatch=True),
    user=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,20}", fullmatch=True),
    number=st.integers(1, 10**9),
)
@settings(deadline=None, max_examples=25)
def test_both_backends_put_the_same_into_a_secret(value: str, user: str, number: int) -> None:
    values = {name: f"{value}-{name}" for name in NAMES}
    found: dict[str, dict[str, dict[str, str]]] = {"template": {}, "direct": {}}
    engine = Engine()

    def program() -> None:
        for name, holds in holdings("ssh-ed25519 BBBB", user, number).items():
            direct = contents.Direct({k: pulumi.Output.secret(v) for k, v in values.items()})
            readers: dict[str, contents.Reader] = {
                "template": contents.Template(),
                "direct": direct,
            }
            for how, reader in readers.items():
                pulumi.Output.all(**holds(reader)).apply(_keep(found[how], name))

    engine.run(program)
    assert len(found["direct"]) == 6
    rendered = {n: by_external_secrets(t, values) for n, t in found["template"].items()}
    assert rendered == found["direct"]


def _keep(found: dict[str, dict[str, str]], name: str) -> Callable[[dict[str, str]], None]:
    def keep(held: dict[str, str]) -> None:
        found[name] = held

    return keep


def test_either_backend_makes_the_same_secrets_and_kubernetes_nothing_of_aws(
    engine: Engine,
) -> None:
    engine.up(**EVERY_SECRET)
    templates = {
        each.name.removesuffix("-external-secret"): spec(each)["target"]
        for each in engine.of("ExternalSecret")
    }
    direct = Engine()
    direct.up(**EVERY_SECRET, secrets={"backend": "kubernetes"})
    assert not direct.of("ExternalSecret")
    assert not direct.of("Parameter")
    made = {each.name.removesuffix("-secret"): each.inputs for each in direct.of("Secret")}
    assert made.keys() == templates.keys()
    assert len(made) == 7
    for name, inputs in made.items():
        target: dict[str, dict[str, object]] = templates[name]  # type: ignore[assignment]
        assert is_secret(inputs["data"]) or all(map(is_secret, inputs["data"].values()))
        assert revealed(inputs["data"]).keys() == target["template"]["data"].keys()  # type: ignore[attr-defined]
        assert inputs["type"] == target["template"]["type"]
        metadata: dict[str, object] = revealed(inputs["metadata"])  # type: ignore[assignment]
        assert metadata["labels"] == _rules.WATCHED
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
    assert private != _openssh.private_key(bytes(32))


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
