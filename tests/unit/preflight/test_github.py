"""What is wrong on GitHub, one breakage a case: each is told with its subject and what to do."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from preflight import Level
from preflight.checks import github
from recovery.github import BOT, OWNER
from tests.unit.preflight.conftest import BOT_SETTINGS, REPOSITORY, TOKEN, Refused, Sides

HOOK = f"https://flux.example.com/hook/{'0' * 64}"


def hooks(number: int, url: str = "https://other.example.com/", event: str = "push") -> list[Any]:
    return [{"config": {"url": url}, "events": [event]} for _ in range(number)]


def breaks(path: str, answer: object, **config: object) -> Callable[[Sides], None]:
    def change(sides: Sides) -> None:
        sides.github[path] = answer
        sides.config |= config

    return change


def applied(**keys: object) -> Callable[[Sides], None]:
    return lambda sides: sides.application(**keys)


FAULTS: dict[str, tuple[Callable[[Sides], None], str]] = {
    "the token is wrong": (
        breaks("GET /rate_limit", 401),
        "GitHub: refuses the token in $GITHUB_TOKEN (401); it is wrong, expired or revoked",
    ),
    "the repository does not exist": (
        breaks(f"GET {REPOSITORY}", 404),
        "repository developer-friendly/echo-server: GitHub shows none of this name to the token in $GITHUB_TOKEN",
    ),
    "the repository is archived": (
        breaks(
            f"GET {REPOSITORY}", {"full_name": "developer-friendly/echo-server", "archived": True}
        ),
        "is archived, so GitHub takes neither key nor webhook; unarchive it",
    ),
    "the token may not see webhooks": (
        breaks(f"GET {REPOSITORY}/hooks", 404),
        "the token in $GITHUB_TOKEN may not read its webhooks; give it Webhooks: write (classic: admin:repo_hook)",
    ),
    "the token may not see deploy keys": (
        breaks(f"GET {REPOSITORY}/keys", 403),
        "the token in $GITHUB_TOKEN may not read its deploy keys; give it Administration: write (classic: repo)",
    ),
    "the token may read webhooks alone": (
        breaks(f"POST {REPOSITORY}/hooks", 403),
        "the token in $GITHUB_TOKEN may not write its webhooks; give it Webhooks: write",
    ),
    "the token may read deploy keys alone": (
        breaks(f"POST {REPOSITORY}/keys", 404),
        "the token in $GITHUB_TOKEN may not write its deploy keys; give it Administration: write",
    ),
    "twenty webhooks are there": (
        breaks(f"GET {REPOSITORY}/hooks", hooks(20)),
        "has 20 webhooks for the event push, and GitHub takes 20; delete one",
    ),
    "twenty webhooks get every event": (
        breaks(f"GET {REPOSITORY}/hooks", hooks(20, event="*")),
        "has 20 webhooks for the event push",
    ),
    "the organisation allows no deploy keys": (
        breaks("GET /orgs/developer-friendly", {"deploy_keys_enabled_for_repositories": False}),
        "organisation developer-friendly: allows no deploy keys; allow them",
    ),
    "the branch does not exist": (
        applied(branch="master"),
        "has no branch master; there is main; correct `branch`, or push it",
    ),
    "the directory does not exist": (
        applied(kustomization={"path": "./deplyo/dev"}),
        "has no directory ./deplyo/dev on branch main; there is ./deploy, ./charts; correct `kustomization.path`",
    ),
    "the directory is a file": (
        applied(kustomization={"path": "./README.md"}),
        "./README.md is a file on branch main; write its directory in `kustomization.path`",
    ),
    "the chart does not exist": (
        applied(helmRelease={"chart": "./chart"}),
        "has no directory ./chart on branch main; there is ./charts, ./deploy; correct `helmRelease.chart`",
    ),
    "the directory is no chart": (
        applied(helmRelease={"chart": "./charts"}),
        "./charts on branch main has no Chart.yaml; write the directory of the chart in `helmRelease.chart`",
    ),
    "the rate limit is used up": (
        breaks(
            f"GET {REPOSITORY}",
            Refused(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000000"}),
        ),
        "GitHub: the rate limit of the token in $GITHUB_TOKEN is used up; try again at 08:00 UTC",
    ),
    "GitHub asks to wait": (
        breaks(f"GET {REPOSITORY}/hooks", Refused(429, {"retry-after": "60"})),
        "GitHub: the rate limit of the token in $GITHUB_TOKEN is used up; try again in 60 s",
    ),
    "too few requests are left": (
        breaks("GET /rate_limit", {"resources": {"core": {"remaining": 3, "reset": 1800000000}}}),
        "GitHub: takes 3 more requests until 08:00 UTC, and 1 new applications need about 15; wait until then",
    ),
    "GitHub cannot be reached": (
        breaks("GET /rate_limit", httpx2.ConnectError("no")),
        "GitHub: api.github.com cannot be reached (ConnectError); look at the network, the proxy and $GITHUB_BASE_URL",
    ),
    "the bot's token is wrong": (
        breaks("GET /user", 401, bot=BOT_SETTINGS),
        "GitHub: refuses the token in $GITHUB_BOT_TOKEN (401)",
    ),
    "the bot's token is that of another user": (
        breaks("GET /user", {"login": "other"}, bot=BOT_SETTINGS),
        "bot bot: the token in $GITHUB_BOT_TOKEN is that of other; create one as bot, or correct `bot.login`",
    ),
    "the bot's token is that of an App": (
        breaks("GET /user", 403, bot=BOT_SETTINGS),
        "bot bot: the token in $GITHUB_BOT_TOKEN is not that of a user",
    ),
    "the bot's token may not register a key": (
        breaks("GET /user/gpg_keys", 403, bot=BOT_SETTINGS),
        "may not register a signing key; give it GPG keys: write (classic: write:gpg_key)",
    ),
}


@pytest.fixture(autouse=True)
def contents(sides: Sides) -> None:
    entries = [{"type": "dir", "name": "x", "path": "charts/x"}]
    sides.github[f"GET {REPOSITORY}/contents/charts"] = entries
    sides.github[f"GET {REPOSITORY}/contents/README.md"] = {"type": "file"}


def test_where_all_is_well_nothing_stops_an_update(sides: Sides) -> None:
    sides.config["bot"] = BOT_SETTINGS
    assert sides.stopped() == []
    assert sides.said(Level.WARNING) == []


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_on_github_is_told_once_with_what_to_do(what: str, sides: Sides) -> None:
    change, message = FAULTS[what]
    change(sides)
    (told,) = sides.stopped()
    assert message in told
    assert TOKEN not in told


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        ("public_repo, admin:repo_hook", "may not read its deploy keys"),
        ("read:user", "may not read its webhooks"),
        ("repo", ""),
    ],
)
def test_the_scopes_of_a_classic_token_say_what_it_may(
    scopes: str, message: str, sides: Sides
) -> None:
    sides.scopes = scopes
    assert message in "".join(sides.stopped())
    assert bool(sides.stopped()) is bool(message)


def test_without_a_token_the_variable_is_named_and_nothing_is_asked(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(OWNER)
    (told,) = sides.stopped()
    assert told.startswith(
        "GitHub: $GITHUB_TOKEN is not set; export a token with Administration: write"
    )
    assert sides.asked_for == []


def test_a_preview_may_run_with_a_token_that_only_reads(sides: Sides) -> None:
    sides.github |= {f"POST {REPOSITORY}/{each}": 403 for each in ("hooks", "keys")}
    sides.writes = False
    assert sides.stopped() == []
    assert [each for each in sides.asked_for if each.startswith("POST")] == []


def test_a_stack_that_is_up_needs_no_room_for_its_webhook_and_no_requests(sides: Sides) -> None:
    sides.github[f"GET {REPOSITORY}/hooks"] = [*hooks(19), *hooks(1, HOOK)]
    sides.github["GET /rate_limit"]["resources"]["core"]["remaining"] = 3
    assert sides.stopped() == []
    assert [each for each in sides.asked_for if each.startswith("POST")] == []


def test_a_webhook_of_another_host_is_not_ours(sides: Sides) -> None:
    foreign = f"https://flux.example.org/hook/{'0' * 64}"
    sides.github[f"GET {REPOSITORY}/hooks"] = hooks(20, foreign)
    assert "has 20 webhooks" in "".join(sides.stopped())


def test_an_empty_repository_is_a_warning(sides: Sides) -> None:
    del sides.github[f"GET {REPOSITORY}/branches/main"]
    sides.github[f"GET {REPOSITORY}/branches"] = []
    assert sides.stopped() == []
    (told,) = sides.said(Level.WARNING)
    assert told.endswith("is empty: nothing is delivered before a commit is pushed to main")


def test_a_repository_that_was_renamed_is_a_warning_that_names_both_names(sides: Sides) -> None:
    sides.github[f"GET {REPOSITORY}"] |= {"full_name": "developer-friendly/echo"}
    (told,) = sides.said(Level.WARNING)
    assert (
        "is called developer-friendly/echo now; write `repository: developer-friendly/echo`" in told
    )
    assert "`formerly: developer-friendly/echo-server`" in told


def test_a_token_that_may_not_read_contents_leaves_branch_and_directories_unknown(
    sides: Sides,
) -> None:
    for path in ("branches", "branches/main"):
        sides.github[f"GET {REPOSITORY}/{path}"] = 403
    assert sides.stopped() == []
    assert "were not checked" in sides.said(Level.NOTE)[0]


def test_a_scaffold_writes_what_is_missing(sides: Sides) -> None:
    image = {"name": "ghcr.io/developer-friendly/echo-server", "automation": False}
    sides.application(
        scaffold={}, image=image, kustomization={"path": "./nowhere", "targetNamespace": "x"}
    )
    assert sides.stopped() == []


@pytest.mark.parametrize(
    ("emails", "level", "message"),
    [
        ([], Level.WARNING, "bot@example.com is no verified address"),
        ([{"email": "bot@example.com", "verified": False}], Level.WARNING, "no verified address"),
        ([{"email": "BOT@example.com", "verified": True}], Level.WARNING, ""),
        (403, Level.NOTE, "the token may not read it; give it Email addresses: read"),
    ],
)
def test_the_bots_address_must_be_verified_for_verified_commits(
    emails: object, level: Level, message: str, sides: Sides
) -> None:
    sides.config["bot"] = BOT_SETTINGS
    sides.github["GET /user/emails"] = emails
    told = [each for each in sides.said(level) if each.startswith("bot")]
    assert bool(told) is bool(message)
    assert message in "".join(told)
    assert sides.stopped() == []


def test_the_time_of_the_planned_writes_is_told(sides: Sides) -> None:
    (told,) = sides.said(Level.NOTE)
    assert "1 new applications: 2 writes on GitHub and up to 2 parameters take at least 2 s" in told


def test_more_writes_than_github_takes_in_an_hour_are_a_warning(sides: Sides) -> None:
    (app,) = sides.settings().applications
    for number, warned in ((250, []), (251, [Level.WARNING])):
        found = github.planned_writes(github.Limit(new=[app] * number), 0)
        assert [each.level for each in found if each.level is not Level.NOTE] == warned


def test_a_slow_github_stops_nothing(sides: Sides) -> None:
    sides.github["GET /rate_limit"] = httpx2.ReadTimeout("slow")
    assert sides.stopped() == []
    assert sides.said(Level.WARNING) == ["GitHub: gives no answer within 8 s"]


def test_a_token_of_the_owner_is_never_used_for_the_bot(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(BOT)
    sides.config["bot"] = BOT_SETTINGS
    assert "GET /user" not in sides.asked_for and sides.stopped() == []
