"""Credentials that do not fit together are refused, with the place and what to write."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.unit.conftest import TOKEN
from tests.unit.examples import APP, BOT, KMS, PEM, app, faults

EC = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)
NO_KEY = "fluxhook:githubAppPrivateKey: is not an RSA key in PEM form; run `pulumi config set"
WITH_SSH = {"bot": {**BOT, "signing": "ssh"}}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({**APP, "githubAppPrivateKey": PEM.replace("\n", " ")}, NO_KEY),
        ({**APP, "githubAppPrivateKey": "secret" + "-words"}, NO_KEY),
        ({**APP, "githubAppPrivateKey": EC}, NO_KEY),
        (
            {"githubApp": APP["githubApp"]},
            "fluxhook:githubApp: needs githubAppPrivateKey; run `pulumi config set --secret",
        ),
        ({"githubAppPrivateKey": PEM}, "fluxhook:githubAppPrivateKey: is of no use without githubApp; write"),
        ({**APP, "githubApp": {"id": 1}}, "fluxhook:githubApp.installationId: is missing"),
        (
            {**APP, "githubApp": {"id": 0, "installationId": 1}},
            "fluxhook:githubApp.id: is too small; the least is 1",
        ),
        (
            {"applications": [app(credentials="github-app")]},
            "applications[0].credentials: needs a GitHub App; write fluxhook:githubApp, or deploy-key",
        ),
        (
            {**APP, "applications": [app(credentials="app")]},
            "applications[0].credentials: is not known; write deploy-key or github-app",
        ),
        (
            {**APP, "applications": [app(credentials="github-app", deployKey={"title": "x"})]},
            "applications[0].deployKey: is not made with credentials github-app; remove it",
        ),
        (
            {**APP, "applications": [app(repository="other/shop", credentials="github-app")]},
            "applications[0].credentials: the GitHub App is installed on developer-friendly, not on"
            " other; write deploy-key",
        ),
        (
            {**APP, "applications": [app(repository="other/shop", commitStatus=True)]},
            "applications[0].commitStatus: the GitHub App is installed on developer-friendly, not"
            " on other; run `pulumi config set --secret --stack unit commitStatusToken`",
        ),
        (
            {"applications": [app(commitStatus=True)]},
            "applications[0].commitStatus: needs a token; run `pulumi config set --secret",
        ),
        (
            {
                "commitStatusToken": TOKEN,
                "applications": [app(commitStatus=True, helmRelease={"chart": "./chart"})],
            },
            "applications[0].commitStatus: needs a kustomization",
        ),
        (
            {**APP, "clusterSync": {"repository": "o/c", "path": "./c", "credentials": "github-app"}},
            "fluxhook:clusterSync.credentials: the GitHub App is installed on",
        ),
        ({"secrets": {"backend": "vault"}}, "fluxhook:secrets.backend: is not known; write external-secrets"),
        (
            {"secrets": {"backend": "kubernetes", "store": {"region": "eu-central-1"}}},
            "fluxhook:secrets.store: is of no use with backend kubernetes; remove it",
        ),
        ({"kmsKeyId": "alias/mine"}, "fluxhook:kmsKeyId: is not the ARN of a key, which the exported"),
        ({"kmsKeyId": KMS.rpartition("/")[2]}, "fluxhook:kmsKeyId: is not the ARN of a key"),
        ({"commitStatusToken": "x" * 4097}, "fluxhook:commitStatusToken: has 4097 bytes"),
        (
            {**WITH_SSH, "botPassphrase": "words"},
            "fluxhook:botPassphrase: is only for signing with openpgp; remove it",
        ),
        ({"bot": {**BOT, "signing": "gpg"}}, "fluxhook:bot.signing: is not known; write openpgp or ssh"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(changes: dict[str, object], fault: str) -> None:
    found = faults(**changes)
    assert len([each for each in found if fault in each]) == 1, found
    assert not any(secret in str(found) for secret in (PEM, "secret" + "-words", "words'"))


@pytest.mark.parametrize(
    "changes",
    [
        {**APP, "applications": [app(repository="Developer-Friendly/x", credentials="github-app")]},
        {**APP, "githubAppPrivateKey": PEM.rstrip(), "applications": [app(commitStatus=True)]},
        {
            **APP,
            "commitStatusToken": TOKEN,
            "applications": [app(repository="other/shop", commitStatus=True)],
        },
        {**WITH_SSH, "applications": [app(image={"name": "ghcr.io/o/r"})]},
        {"secrets": {"backend": "kubernetes"}, "registryToken": "x" * 5000},
        {"kmsKeyId": KMS},
    ],
)
def test_what_fits_together_is_taken(changes: dict[str, object]) -> None:
    assert faults(**changes) == []
