"""Faults of the GitHub App and of the applications that are cloned with it."""

from collections.abc import Iterator

from components.rules import github
from components.rules.choices import GitCredentials
from settings.models.settings import PROJECT, Entry, Settings

KEY = "githubAppPrivateKey"


def github_app_faults(settings: Settings) -> Iterator[str]:
    """Yield what the GitHub App lacks, and which application cannot be cloned with it."""
    key = settings.stack.github_app_private_key
    if key and not github.is_rsa_key(key.get_secret_value()):
        command = settings.set_secret(KEY).strip("`")
        yield (
            f"{PROJECT}:{KEY}: is not an RSA key in PEM form; run `{command} < app.private-key.pem`"
        )
    for entry in settings.entries:
        if entry.application.credentials is GitCredentials.GITHUB_APP:
            yield from (f"{entry.path}.{fault}" for fault in _clone_faults(settings, entry))


def _clone_faults(settings: Settings, entry: Entry) -> Iterator[str]:
    app, owner = entry.application, settings.stack.owner
    if "githubApp" not in settings.keys:
        yield f"credentials: needs a GitHub App; write {PROJECT}:githubApp, or deploy-key"
    # GitHub's names are the same in upper and lower case.
    elif app.owner.lower() != owner.lower():
        yield (
            f"credentials: the GitHub App is installed on {owner}, not on {app.owner};"
            " write deploy-key"
        )
    if "deployKey" in entry.keys:
        yield "deployKey: is not made with credentials github-app; remove it"
