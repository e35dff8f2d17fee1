"""What is said about a refusal: the token and the right, and nothing where the error has another cause."""

import pytest

from recovery.rights import explanation

KEY = "github:index/repositoryDeployKey:RepositoryDeployKey"
HOOK = "github:index/repositoryWebhook:RepositoryWebhook"
FILE = "github:index/repositoryFile:RepositoryFile"
GPG = "github:index/userGpgKey:UserGpgKey"
PARAMETER = "aws:ssm/parameter:Parameter"
REFUSED = "POST https://api.github.com/repos/o/r/keys: 403 Resource not accessible by personal access token []"
HIDDEN = "1 error occurred:\n\t* POST https://api.github.com/repos/o/r/hooks: 404 Not Found []\n\n"


@pytest.mark.parametrize(
    ("type_", "name", "error", "token", "right"),
    [
        (KEY, "o/r/deploy-key", REFUSED, "GITHUB_TOKEN", "Administration: write (classic: repo)"),
        (HOOK, "o/r/webhook", HIDDEN, "GITHUB_TOKEN", "Webhooks: write (classic: admin:repo_hook)"),
        (FILE, "o/r/a.yaml", HIDDEN, "GITHUB_TOKEN", "Contents: write (classic: repo) on o/r;"),
        (FILE, "o/r/.github/workflows/ci.yml", REFUSED, "GITHUB_TOKEN", "Workflows: write"),
        (GPG, "bot/signing-key", REFUSED, "GITHUB_BOT_TOKEN", "GPG keys: write"),
    ],
)
def test_a_refusal_names_the_token_and_the_right(
    type_: str, name: str, error: str, token: str, right: str
) -> None:
    told = explanation(type_, name, error)
    assert told and told.startswith(f"the token ${token} needs ")
    assert right in told
    assert (" on o/r;" in told) == (token == "GITHUB_TOKEN")  # noqa: S105 - the name of a variable


@pytest.mark.parametrize(
    ("type_", "error"),
    [
        (KEY, "POST https://api.github.com/repos/o/r/keys: 422 key is already in use []"),
        (KEY, "POST https://api.github.com/repos/o/r/keys: 403 API rate limit of 15000 exceeded"),
        (HOOK, "POST https://api.github.com/repos/o/r/hooks: 403 You have exceeded a secondary"),
        (PARAMETER, "User: r is not authorized to perform: ssm:PutParameter on resource: x"),
    ],
)
def test_another_cause_or_a_right_that_is_named_already_is_not_explained(
    type_: str, error: str
) -> None:
    assert explanation(type_, "o/r/x", error) is None


def test_a_key_that_aws_does_not_name_is_explained() -> None:
    error = (
        "AccessDeniedException: The ciphertext refers to a customer master key that does not exist"
    )
    assert "kms:Decrypt" in (explanation(PARAMETER, "o/r/x", error) or "")
