"""GitHub's rules for webhooks that its OpenAPI description does not contain."""

import ipaddress
from urllib.parse import urlsplit

from lab.github.model.errors import JsonObject, error, invalid, invalid_all
from lab.github.model.store import Hook, HookConfig, Repository

HOOKS_PER_EVENT = 20

MASK = "********"
"""The value that GitHub returns in place of a hook's secret."""

REPOSITORY_EVENTS = frozenset(
    (
        "*",
        "branch_protection_configuration",
        "branch_protection_rule",
        "check_run",
        "check_suite",
        "code_scanning_alert",
        "commit_comment",
        "create",
        "custom_property_values",
        "delete",
        "dependabot_alert",
        "deploy_key",
        "deployment",
        "deployment_review",
        "deployment_status",
        "discussion",
        "discussion_comment",
        "fork",
        "gollum",
        "issue_comment",
        "issues",
        "label",
        "member",
        "merge_group",
        "meta",
        "milestone",
        "package",
        "page_build",
        "ping",
        "project",
        "project_card",
        "project_column",
        "public",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
        "push",
        "registry_package",
        "release",
        "repository",
        "repository_advisory",
        "repository_import",
        "repository_ruleset",
        "repository_vulnerability_alert",
        "secret_scanning_alert",
        "secret_scanning_alert_location",
        "secret_scanning_scan",
        "security_and_analysis",
        "star",
        "status",
        "sub_issues",
        "team_add",
        "watch",
        "workflow_job",
        "workflow_run",
    )
)
"""Events a repository webhook may subscribe to; those of apps and organisations are missing.

Whether GitHub takes `ping` here is not documented; guides that list it were applied.
"""

BAD_URL = (
    "The URL you've entered is not valid. Please make sure that you encode all special characters "
    "first"
)
UNREACHABLE = "url is not supported because it isn't reachable over the public Internet ({host})"


def check_config(config: HookConfig) -> None:
    """Checks the URL and the options of a hook.

    Raises:
        GitHubError: 422, in GitHub's words where they are known.
    """
    if not config.url:
        raise invalid("Hook", "Config must contain URL for webhooks")
    try:
        parts = urlsplit(config.url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise invalid("Hook", BAD_URL) from None
    unclean = any(character.isspace() or character in '"<>{}|\\^`' for character in config.url)
    if parts.scheme not in ("http", "https") or not host or unclean:
        raise invalid("Hook", BAD_URL)
    if _is_loopback(host):
        raise invalid("Hook", UNREACHABLE.format(host=host), field="url")
    if config.content_type not in ("json", "form"):
        raise invalid("Hook", None, field="content_type", code="invalid")
    if config.insecure_ssl not in ("0", "1"):
        raise invalid("Hook", None, field="insecure_ssl", code="invalid")


def check_events(events: list[str]) -> None:
    """Checks the events of a hook.

    Raises:
        GitHubError: 422 for events a repository webhook cannot have.
    """
    unknown = [event for event in events if event not in REPOSITORY_EVENTS]
    if unknown:
        listed = ", ".join(unknown)
        raise invalid("Hook", f"These events are not allowed for this hook: {listed}")


def check_place(repository: Repository, hook: Hook) -> None:
    """Checks a new or changed hook against the other hooks of its repository.

    Hooks may share a URL as long as no event of theirs overlaps.

    Raises:
        GitHubError: 422 for a hook that exists already or one too many for an event.
    """
    others = [other for other in repository.hooks.values() if other.id != hook.id]
    for other in others:
        if other.config.url == hook.config.url and set(other.events) & set(hook.events):
            raise invalid("Hook", "Hook already exists on this repository")
    full: list[JsonObject] = [
        error("Hook", f'The "{event}" event cannot have more than {HOOKS_PER_EVENT} hooks')
        for event in hook.events
        if sum(event in other.events for other in others) >= HOOKS_PER_EVENT
    ]
    if full:
        raise invalid_all(full)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
