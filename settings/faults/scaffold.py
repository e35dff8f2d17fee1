"""Faults of what is done as a GitHub App, and of what is written into a repository."""

from collections.abc import Iterator

from components import _rules
from components.values import Application, Stack

APP_KEY = "githubAppPrivateKey"


def github_app_faults(stack: Stack) -> Iterator[str]:
    """Faults of the stack's GitHub App, each with its key."""
    key = stack.github_app_private_key
    if key and not _rules.is_rsa_key(key.get_secret_value()):
        yield f"{APP_KEY}: is no RSA key in PEM form; run `pulumi config set --secret {APP_KEY} < app.private-key.pem`"


def repository_faults(stack: Stack, app: Application) -> Iterator[str]:
    """Faults of one application, each with its key."""
    # GitHub's names are the same in upper and lower case.
    elsewhere = app.owner.lower() != stack.owner.lower()
    if elsewhere and app.credentials == "github-app":
        yield f"credentials: the GitHub App is installed on {stack.owner}, not on {app.owner}; write deploy-key"
    if elsewhere and app.commit_status and stack.github_app and not stack.commit_status_token:
        yield (
            f"commitStatus: the GitHub App is installed on {stack.owner}, not on {app.owner};"
            " run `pulumi config set --secret commitStatusToken`"
        )
    if app.scaffold and not app.helm_release:
        yield from _scaffold_faults(app)


def _scaffold_faults(app: Application) -> Iterator[str]:
    overlay, base = _rules.directory(app.path), _rules.SCAFFOLD_BASE
    if overlay == ".." or overlay.startswith("../"):
        yield "kustomization.path: leads out of the repository; write ./kustomize/overlays/production"
    if overlay == base or overlay.startswith(f"{base}/"):
        yield (
            f"kustomization.path: lies in ./{base}, which the scaffold writes; write ./kustomize/overlays/production"
        )
    if not app.target_namespace:
        yield "scaffold: its manifests name no namespace; write kustomization.targetNamespace"
