"""What `fluxhook check` alone looks at, since an `up` puts it right or refuses by itself: owners, and host keys."""

from collections.abc import Iterator

from components.rules.choices import GitCredentials, SecretBackend
from components.rules.generations import suffix
from components.rules.github import HOST, known_hosts
from components.rules.kubernetes import EXTERNAL_SECRETS
from preflight.findings import Finding, Level
from preflight.github_api import SUBJECT, GitHub
from preflight.kubernetes import Kubernetes
from recovery.objects import way_out
from recovery.ownership import foreign
from settings.models.settings import Settings


def owners(kubernetes: Kubernetes, settings: Settings, stack: str) -> Iterator[Finding]:
    """Look for objects of the stack's names that somebody else has made; `stack` is its identity."""
    for each in foreign(settings, kubernetes, stack):
        problem = f"exists and belongs to somebody else ({each.owner})"
        yield Finding(each.named, problem, way_out(stack))


def host_keys(github: GitHub, kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Compare the host keys that Flux trusts with those that GitHub serves today.

    Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    with_keys = [
        app for app in settings.applications if app.credentials is GitCredentials.DEPLOY_KEY
    ]
    if not with_keys or settings.stack.secrets.backend is SecretBackend.KUBERNETES:
        # Whoever may not read Secrets is no worse off; an `up` writes today's keys in any case.
        return
    answer = github.get("/meta")
    keys = answer.json().get("ssh_keys") if answer.is_success else None
    if not keys:
        problem = "lists no SSH host keys (`/meta`), so Flux could not know GitHub's"
        yield Finding(SUBJECT, problem, "look at $GITHUB_BASE_URL", Level.UPDATE)
        return
    today = known_hosts(HOST, keys)
    found = kubernetes.whole_list(EXTERNAL_SECRETS, "ExternalSecret", settings.stack.namespace)
    trusted = {each["metadata"]["name"]: _known_hosts(each) for each in found}
    for app in with_keys:
        for number in settings.generations(app).deploy_key:
            name = f"{app.name}-git{suffix(number)}"
            if trusted.get(name, today) != today:
                problem = "has host keys that GitHub does not serve any more, or lacks one"
                fix = "`pulumi up` writes today's"
                yield Finding(f"ExternalSecret {name}", problem, fix, Level.NOTE)


def _known_hosts(external_secret: object) -> object:
    found = external_secret
    for key in ("spec", "target", "template", "data", "known_hosts"):
        found = found.get(key) if isinstance(found, dict) else None
    return found
