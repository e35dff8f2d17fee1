"""The tokens, the owner, the bot's account, and the rate limit against what is to be written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from components.rules.choices import GitCredentials, Signing
from preflight.findings import Finding, Level
from preflight.github_api import REFUSED, SUBJECT, GitHub
from recovery.github import BOT, at
from settings.models.application import Application
from settings.models.stack import Bot

REQUESTS_EACH = 15
"""Requests of the provider and of `recovery` for an application that is new: each create is looked up, too."""
WRITES_A_MINUTE, WRITES_AN_HOUR = 80, 500
"""How much may be created. Source: GitHub, "Rate limits for the REST API", "About secondary rate limits"."""
PARAMETERS_A_SECOND = 3
"""PutParameter, without higher throughput. Source: AWS, "AWS Systems Manager endpoints and quotas"."""
SIGNING_SCOPES = {"admin:gpg_key", "write:gpg_key"}


@dataclass
class Limit:
    """What the checks learn about the rate limit, and which applications are new."""

    remaining: int | None = None
    reset: int = 0
    new: list[Application] = field(default_factory=list)


def owners_token(github: GitHub, limit: Limit) -> Iterator[Finding]:
    """Look at the token of the repositories' owner."""
    if not github.has_token:
        problem = f"${github.variable} is not set"
        fix = "export a token with Administration: write and Webhooks: write (classic: repo, admin:repo_hook)"
        yield Finding(SUBJECT, problem, fix, Level.UPDATE)
        return
    answer = github.get("/rate_limit")
    # GitHub Enterprise Server has none unless it is turned on.
    if answer.is_success:
        core = answer.json()["resources"]["core"]
        limit.remaining, limit.reset = core["remaining"], core["reset"]


def deploy_key_policy(
    github: GitHub, owner: str, applications: Sequence[Application]
) -> Iterator[Finding]:
    """Look whether an organisation lets its repositories have deploy keys."""
    with_keys = [
        app.repository for app in applications if app.credentials is GitCredentials.DEPLOY_KEY
    ]
    answer = github.get(f"/orgs/{owner}")
    # 404: a user, who has no such policy.
    if not with_keys or not answer.is_success:
        return
    if answer.json().get("deploy_keys_enabled_for_repositories") is False:
        yield Finding(
            f"organisation {owner}",
            "allows no deploy keys",
            "allow them (Settings > Repository > Deploy keys), or write `credentials: github-app`",
        )


def bots_account(github: GitHub, bot: Bot) -> Iterator[Finding]:
    """Look at the bot's token, its account and its e-mail address."""
    if bot.signing is not Signing.OPENPGP or not github.has_token:
        # Its key is not registered by this program, or the settings have said so already.
        return
    subject = f"bot {bot.login}"
    account = github.get("/user")
    if account.status_code in REFUSED:
        yield Finding(
            subject, f"the token in ${BOT} is not that of a user", f"create one as {bot.login}"
        )
        return
    if (login := account.json()["login"]).lower() != bot.login.lower():
        fix = f"create one as {bot.login}, or correct `bot.login`"
        yield Finding(subject, f"the token in ${BOT} is that of {login}", fix)
        return
    scopes = scopes_of(account.headers.get("x-oauth-scopes"))
    lists = github.get("/user/gpg_keys", per_page=1)
    if lists.status_code in REFUSED or (scopes is not None and not scopes & SIGNING_SCOPES):
        fix = "give it GPG keys: write (classic: write:gpg_key)"
        yield Finding(subject, f"the token in ${BOT} may not register a signing key", fix)
    emails = github.get("/user/emails", per_page=100)
    if not emails.is_success:
        problem = f"whether {bot.email} is verified was not checked: the token may not read it"
        fix = "give it Email addresses: read (classic: user:email)"
        yield Finding(subject, problem, fix, Level.NOTE)
        return
    verified = [each["email"].lower() for each in emails.json() if each["verified"]]
    if bot.email.lower() not in verified:
        problem = f"{bot.email} is no verified address of the account, so GitHub shows its commits as unverified"
        fix = "verify it at https://github.com/settings/emails, or correct `bot.email`"
        yield Finding(subject, problem, fix, Level.WARNING)


def scopes_of(header: str | None) -> set[str] | None:
    """Return the scopes of a classic token; None for any other.

    Source: GitHub, "Scopes for OAuth apps", X-OAuth-Scopes.
    """
    if not header:
        return None
    return {each.strip() for each in header.split(",")}


def planned_writes(limit: Limit, parameters: int) -> Iterator[Finding]:
    """Compare the rate limit with what the new applications need, and say how long their writes take."""
    new = len(limit.new)
    if not new:
        return
    needed = new * REQUESTS_EACH
    if limit.remaining is not None and limit.remaining < needed:
        problem = (
            f"takes {limit.remaining} more requests until {at(limit.reset)}, and {new} new applications need about"
            f" {needed}"
        )
        yield Finding(SUBJECT, problem, "wait until then, or add fewer at a time", Level.UPDATE)
    writes = sum(2 + (3 if app.scaffold else 0) for app in limit.new)
    minutes = writes / WRITES_A_MINUTE
    if writes > WRITES_AN_HOUR:
        problem = f"{writes} writes are more than the {WRITES_AN_HOUR} that GitHub takes in an hour"
        yield Finding(SUBJECT, problem, "add the applications in several updates", Level.WARNING)
    seconds = max(minutes * 60, writes, parameters / PARAMETERS_A_SECOND)
    problem = (
        f"{new} new applications: {writes} writes on GitHub and up to {parameters} parameters take at least"
        f" {seconds:.0f} s"
    )
    yield Finding(SUBJECT, problem, level=Level.NOTE)
